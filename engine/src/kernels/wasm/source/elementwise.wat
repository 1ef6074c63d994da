;; Functions of single numbers and of pairs of them, of so many vectors.

;; to = a + b.
(func (export "add") (param $a i32) (param $b i32) (param $to i32) (param $vectors i32)
  (loop $each
    (v128.store (local.get $to) (f32x4.add (v128.load (local.get $a)) (v128.load (local.get $b))))
    (local.set $a (i32.add (local.get $a) (i32.const 16)))
    (local.set $b (i32.add (local.get $b) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

;; to = a − b.
(func (export "sub") (param $a i32) (param $b i32) (param $to i32) (param $vectors i32)
  (loop $each
    (v128.store (local.get $to) (f32x4.sub (v128.load (local.get $a)) (v128.load (local.get $b))))
    (local.set $a (i32.add (local.get $a) (i32.const 16)))
    (local.set $b (i32.add (local.get $b) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

;; to = a · b.
(func (export "mul") (param $a i32) (param $b i32) (param $to i32) (param $vectors i32)
  (loop $each
    (v128.store (local.get $to) (f32x4.mul (v128.load (local.get $a)) (v128.load (local.get $b))))
    (local.set $a (i32.add (local.get $a) (i32.const 16)))
    (local.set $b (i32.add (local.get $b) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

;; to = a / b.
(func (export "div") (param $a i32) (param $b i32) (param $to i32) (param $vectors i32)
  (loop $each
    (v128.store (local.get $to) (f32x4.div (v128.load (local.get $a)) (v128.load (local.get $b))))
    (local.set $a (i32.add (local.get $a) (i32.const 16)))
    (local.set $b (i32.add (local.get $b) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

;; to = from · $number, computed in double precision.
(func (export "scale") (param $from i32) (param $to i32) (param $vectors i32) (param $number f64)
  (local $v v128) (local $factor v128)
  (local.set $factor (f64x2.splat (local.get $number)))
  (loop $each
    (local.set $v (v128.load (local.get $from)))
    (v128.store (local.get $to)
      (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
        (f32x4.demote_f64x2_zero (f64x2.mul (local.get $factor) (f64x2.promote_low_f32x4 (local.get $v))))
        (f32x4.demote_f64x2_zero
          (f64x2.mul
            (local.get $factor)
            (f64x2.promote_low_f32x4
              (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $v) (local.get $v)))))))
    (local.set $from (i32.add (local.get $from) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

;; to = 0 where from ≤ 0, from elsewhere: NaN stays.
(func (export "relu") (param $from i32) (param $to i32) (param $vectors i32)
  (local $x v128)
  (loop $each
    (local.set $x (v128.load (local.get $from)))
    (v128.store (local.get $to)
      (v128.andnot (local.get $x) (f32x4.le (local.get $x) (v128.const i32x4 0 0 0 0))))
    (local.set $from (i32.add (local.get $from) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

;; to = grad · 1 where x > 0, grad · 0 elsewhere.
(func (export "reluBack") (param $grad i32) (param $x i32) (param $to i32) (param $vectors i32)
  (loop $each
    (v128.store (local.get $to)
      (f32x4.mul
        (v128.load (local.get $grad))
        (v128.and
          (f32x4.splat (f32.const 1))
          (f32x4.gt (v128.load (local.get $x)) (v128.const i32x4 0 0 0 0)))))
    (local.set $grad (i32.add (local.get $grad) (i32.const 16)))
    (local.set $x (i32.add (local.get $x) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

;; sums[columns] += each row of from[rows, columns], the sums in double precision. Up to 3 columns too many are summed up.
(func (export "sumRows") (param $from i32) (param $sums i32) (param $rows i32) (param $columns i32)
  (local $p i32) (local $q i32) (local $end i32) (local $row i32) (local $v v128)
  (local.set $row (i32.shl (local.get $columns) (i32.const 2)))
  (loop $each
    (local.set $p (local.get $from))
    (local.set $q (local.get $sums))
    (local.set $end (i32.add (local.get $from) (local.get $row)))
    (loop $vectors
      (local.set $v (v128.load (local.get $p)))
      (v128.store (local.get $q)
        (f64x2.add (v128.load (local.get $q)) (f64x2.promote_low_f32x4 (local.get $v))))
      (v128.store offset=16 (local.get $q)
        (f64x2.add
          (v128.load offset=16 (local.get $q))
          (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $v) (local.get $v)))))
      (local.set $q (i32.add (local.get $q) (i32.const 32)))
      (br_if $vectors (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 16))) (local.get $end))))
    (local.set $from (local.get $end))
    (br_if $each (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))
