;; Probabilities from scores, row by row.

;; to[rows, columns] = the softmax of each row of from: the largest number is taken out of all before their powers are taken,
;; and the sums are in double precision. Up to 3 numbers too many are written after the last row.
(func (export "softmax") (param $from i32) (param $to i32) (param $rows i32) (param $columns i32)
  (local $row i32) (local $tail i32) (local $p i32) (local $q i32) (local $end i32) (local $vectorEnd i32) (local $left i32)
  (local $top f32) (local $tops v128) (local $total f64) (local $totals v128) (local $v v128) (local $share f32)
  (local.set $row (i32.shl (local.get $columns) (i32.const 2)))
  (local.set $tail (i32.and (local.get $row) (i32.const 12)))
  (local.set $p (local.get $from))
  (local.set $q (local.get $to))
  (local.set $left (local.get $rows))
  (loop $shifted
    (local.set $end (i32.add (local.get $p) (local.get $row)))
    (local.set $vectorEnd (i32.sub (local.get $end) (local.get $tail)))
    (local.set $tops (f32x4.splat (f32.const -inf)))
    (local.set $from (local.get $p))
    (block $whole
      (loop $vectors
        (br_if $whole (i32.ge_u (local.get $p) (local.get $vectorEnd)))
        (local.set $tops (f32x4.pmax (local.get $tops) (v128.load (local.get $p))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $vectors)))
    (local.set $top
      (f32.max
        (f32.max (f32x4.extract_lane 0 (local.get $tops)) (f32x4.extract_lane 1 (local.get $tops)))
        (f32.max (f32x4.extract_lane 2 (local.get $tops)) (f32x4.extract_lane 3 (local.get $tops)))))
    (block $rest
      (loop $numbers
        (br_if $rest (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $top (f32.max (local.get $top) (f32.load (local.get $p))))
        (local.set $p (i32.add (local.get $p) (i32.const 4)))
        (br $numbers)))
    (local.set $tops (f32x4.splat (local.get $top)))
    (loop $vectors
      (v128.store (local.get $q) (f32x4.sub (v128.load (local.get $from)) (local.get $tops)))
      (local.set $q (i32.add (local.get $q) (i32.const 16)))
      (br_if $vectors (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 16))) (local.get $end))))
    ;; Back to the end of the row, where the next one is written over what was too much.
    (local.set $q (i32.sub (local.get $q) (i32.sub (local.get $from) (local.get $end))))
    (br_if $shifted (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
  (call $exp (local.get $to) (local.get $to)
    (i32.shr_u (i32.add (i32.mul (local.get $rows) (local.get $columns)) (i32.const 3)) (i32.const 2)))
  (loop $scaled
    (local.set $end (i32.add (local.get $to) (local.get $row)))
    (local.set $vectorEnd (i32.sub (local.get $end) (local.get $tail)))
    (local.set $p (local.get $to))
    (local.set $totals (v128.const i32x4 0 0 0 0))
    (block $whole
      (loop $vectors
        (br_if $whole (i32.ge_u (local.get $p) (local.get $vectorEnd)))
        (local.set $v (v128.load (local.get $p)))
        (local.set $totals
          (f64x2.add
            (local.get $totals)
            (f64x2.add
              (f64x2.promote_low_f32x4 (local.get $v))
              (f64x2.promote_low_f32x4
                (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $v) (local.get $v))))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $vectors)))
    (local.set $total
      (f64.add (f64x2.extract_lane 0 (local.get $totals)) (f64x2.extract_lane 1 (local.get $totals))))
    (block $rest
      (loop $numbers
        (br_if $rest (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $total (f64.add (local.get $total) (f64.promote_f32 (f32.load (local.get $p)))))
        (local.set $p (i32.add (local.get $p) (i32.const 4)))
        (br $numbers)))
    (local.set $share (f32.demote_f64 (f64.div (f64.const 1) (local.get $total))))
    (local.set $tops (f32x4.splat (local.get $share)))
    (block $whole
      (loop $vectors
        (br_if $whole (i32.ge_u (local.get $to) (local.get $vectorEnd)))
        (v128.store (local.get $to) (f32x4.mul (v128.load (local.get $to)) (local.get $tops)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br $vectors)))
    (block $rest
      (loop $numbers
        (br_if $rest (i32.ge_u (local.get $to) (local.get $end)))
        (f32.store (local.get $to) (f32.mul (f32.load (local.get $to)) (local.get $share)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (br $numbers)))
    (br_if $scaled (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

;; to[rows, columns] = y · (g − Σ g · y) along each row: the way back through a softmax whose result was y. Up to 3 numbers
;; too many are written after the last row.
(func (export "softmaxBack") (param $g i32) (param $y i32) (param $to i32) (param $rows i32) (param $columns i32)
  (local $row i32) (local $tail i32) (local $p i32) (local $q i32) (local $end i32) (local $vectorEnd i32)
  (local $total f64) (local $totals v128) (local $v v128)
  (local.set $row (i32.shl (local.get $columns) (i32.const 2)))
  (local.set $tail (i32.and (local.get $row) (i32.const 12)))
  (loop $each
    (local.set $end (i32.add (local.get $y) (local.get $row)))
    (local.set $vectorEnd (i32.sub (local.get $end) (local.get $tail)))
    (local.set $p (local.get $y))
    (local.set $q (local.get $g))
    (local.set $totals (v128.const i32x4 0 0 0 0))
    (block $whole
      (loop $vectors
        (br_if $whole (i32.ge_u (local.get $p) (local.get $vectorEnd)))
        (local.set $v (f32x4.mul (v128.load (local.get $p)) (v128.load (local.get $q))))
        (local.set $totals
          (f64x2.add
            (local.get $totals)
            (f64x2.add
              (f64x2.promote_low_f32x4 (local.get $v))
              (f64x2.promote_low_f32x4
                (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $v) (local.get $v))))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (local.set $q (i32.add (local.get $q) (i32.const 16)))
        (br $vectors)))
    (local.set $total
      (f64.add (f64x2.extract_lane 0 (local.get $totals)) (f64x2.extract_lane 1 (local.get $totals))))
    (block $rest
      (loop $numbers
        (br_if $rest (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $total
          (f64.add (local.get $total) (f64.promote_f32 (f32.mul (f32.load (local.get $p)) (f32.load (local.get $q))))))
        (local.set $p (i32.add (local.get $p) (i32.const 4)))
        (local.set $q (i32.add (local.get $q) (i32.const 4)))
        (br $numbers)))
    (local.set $totals (f32x4.splat (f32.demote_f64 (local.get $total))))
    (local.set $p (local.get $to))
    (local.set $to (i32.add (local.get $to) (local.get $row)))
    (loop $vectors
      (v128.store (local.get $p)
        (f32x4.mul
          (v128.load (local.get $y))
          (f32x4.sub (v128.load (local.get $g)) (local.get $totals))))
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (br_if $vectors (i32.lt_u (local.tee $y (i32.add (local.get $y) (i32.const 16))) (local.get $end))))
    (local.set $g (i32.sub (local.get $g) (i32.sub (local.get $y) (local.get $end))))
    (local.set $y (local.get $end))
    (br_if $each (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))
