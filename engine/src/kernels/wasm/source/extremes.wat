;; The largest and the smallest: NaN where there is one, and +0 is larger than −0.

;; to = the larger of a and b, of so many vectors.
(func (export "maximum") (param $a i32) (param $b i32) (param $to i32) (param $vectors i32)
  (loop $each
    (v128.store (local.get $to) (f32x4.max (v128.load (local.get $a)) (v128.load (local.get $b))))
    (local.set $a (i32.add (local.get $a) (i32.const 16)))
    (local.set $b (i32.add (local.get $b) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

;; to = the smaller of a and b, of so many vectors.
(func (export "minimum") (param $a i32) (param $b i32) (param $to i32) (param $vectors i32)
  (loop $each
    (v128.store (local.get $to) (f32x4.min (v128.load (local.get $a)) (v128.load (local.get $b))))
    (local.set $a (i32.add (local.get $a) (i32.const 16)))
    (local.set $b (i32.add (local.get $b) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

;; to[rows] = the largest in each row of from[rows, columns], of which there are at least 8. Eight at a time; the last eight
;; end where the row ends, and some of them may be seen twice.
(func (export "maxRows") (param $from i32) (param $to i32) (param $rows i32) (param $columns i32)
  (local $last i32) (local $left v128) (local $right v128)
  (loop $each
    (local.set $last (i32.add (local.get $from) (i32.shl (i32.sub (local.get $columns) (i32.const 8)) (i32.const 2))))
    (local.set $left (v128.load (local.get $last)))
    (local.set $right (v128.load offset=16 (local.get $last)))
    (block $done
      (loop $vectors
        (br_if $done (i32.ge_u (local.get $from) (local.get $last)))
        (local.set $left (f32x4.max (local.get $left) (v128.load (local.get $from))))
        (local.set $right (f32x4.max (local.get $right) (v128.load offset=16 (local.get $from))))
        (local.set $from (i32.add (local.get $from) (i32.const 32)))
        (br $vectors)))
    (local.set $from (i32.add (local.get $last) (i32.const 32)))
    (local.set $left (f32x4.max (local.get $left) (local.get $right)))
    (f32.store (local.get $to)
      (f32.max
        (f32.max (f32x4.extract_lane 0 (local.get $left)) (f32x4.extract_lane 1 (local.get $left)))
        (f32.max (f32x4.extract_lane 2 (local.get $left)) (f32x4.extract_lane 3 (local.get $left)))))
    (local.set $to (i32.add (local.get $to) (i32.const 4)))
    (br_if $each (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

;; The same for the smallest.
(func (export "minRows") (param $from i32) (param $to i32) (param $rows i32) (param $columns i32)
  (local $last i32) (local $left v128) (local $right v128)
  (loop $each
    (local.set $last (i32.add (local.get $from) (i32.shl (i32.sub (local.get $columns) (i32.const 8)) (i32.const 2))))
    (local.set $left (v128.load (local.get $last)))
    (local.set $right (v128.load offset=16 (local.get $last)))
    (block $done
      (loop $vectors
        (br_if $done (i32.ge_u (local.get $from) (local.get $last)))
        (local.set $left (f32x4.min (local.get $left) (v128.load (local.get $from))))
        (local.set $right (f32x4.min (local.get $right) (v128.load offset=16 (local.get $from))))
        (local.set $from (i32.add (local.get $from) (i32.const 32)))
        (br $vectors)))
    (local.set $from (i32.add (local.get $last) (i32.const 32)))
    (local.set $left (f32x4.min (local.get $left) (local.get $right)))
    (f32.store (local.get $to)
      (f32.min
        (f32.min (f32x4.extract_lane 0 (local.get $left)) (f32x4.extract_lane 1 (local.get $left)))
        (f32.min (f32x4.extract_lane 2 (local.get $left)) (f32x4.extract_lane 3 (local.get $left)))))
    (local.set $to (i32.add (local.get $to) (i32.const 4)))
    (br_if $each (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))
