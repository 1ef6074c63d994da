;; Moving numbers.

;; Moves the rows of a matrix together that were $row apart. Each may be followed by up to 3 numbers too many, over which
;; the next is written.
(func (export "closeUp") (param $matrix i32) (param $row i32) (param $rows i32) (param $columns i32)
  (local $to i32) (local $p i32) (local $q i32) (local $end i32)
  (local.set $to (local.get $matrix))
  (loop $each
    (local.set $p (local.get $matrix))
    (local.set $q (local.get $to))
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $columns) (i32.const 2))))
    (loop $vectors
      (v128.store (local.get $q) (v128.load (local.get $p)))
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (br_if $vectors (i32.lt_u (local.tee $q (i32.add (local.get $q) (i32.const 16))) (local.get $end))))
    (local.set $to (local.get $end))
    (local.set $matrix (i32.add (local.get $matrix) (local.get $row)))
    (br_if $each (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

;; to[columns, rows] = from[rows, columns]ᵀ; the rows of either lie $fromRow and $toRow apart. Squares of 4 × 4 are turned
;; over in registers, whole ones: rows and columns need room for a multiple of 4.
(func (export "transpose")
  (param $from i32) (param $fromRow i32) (param $to i32) (param $toRow i32) (param $rows i32) (param $columns i32)
  (local $row i32) (local $p0 i32) (local $p1 i32) (local $p2 i32) (local $p3 i32)
  (local $q i32) (local $q0 i32) (local $q1 i32)
  (local $v0 v128) (local $v1 v128) (local $v2 v128) (local $v3 v128)
  (local $t0 v128) (local $t1 v128) (local $t2 v128) (local $t3 v128)
  (loop $strips
    (local.set $p0 (local.get $from))
    (local.set $q (local.get $to))
    (local.set $row (local.get $rows))
    (loop $squares
      (local.set $p1 (i32.add (local.get $p0) (local.get $fromRow)))
      (local.set $p2 (i32.add (local.get $p1) (local.get $fromRow)))
      (local.set $p3 (i32.add (local.get $p2) (local.get $fromRow)))
      (local.set $v0 (v128.load (local.get $p0)))
      (local.set $v1 (v128.load (local.get $p1)))
      (local.set $v2 (v128.load (local.get $p2)))
      (local.set $v3 (v128.load (local.get $p3)))
      (local.set $t0
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $v0) (local.get $v1)))
      (local.set $t1
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $v0) (local.get $v1)))
      (local.set $t2
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $v2) (local.get $v3)))
      (local.set $t3
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $v2) (local.get $v3)))
      (v128.store (local.get $q)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $t0) (local.get $t2)))
      (v128.store (local.tee $q0 (i32.add (local.get $q) (local.get $toRow)))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $t0) (local.get $t2)))
      (v128.store (local.tee $q1 (i32.add (local.get $q0) (local.get $toRow)))
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $t1) (local.get $t3)))
      (v128.store (i32.add (local.get $q1) (local.get $toRow))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $t1) (local.get $t3)))
      (local.set $p0 (i32.add (local.get $p3) (local.get $fromRow)))
      (local.set $q (i32.add (local.get $q) (i32.const 16)))
      (br_if $squares (i32.gt_s (local.tee $row (i32.sub (local.get $row) (i32.const 4))) (i32.const 0))))
    (local.set $from (i32.add (local.get $from) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.shl (local.get $toRow) (i32.const 2))))
    (br_if $strips (i32.gt_s (local.tee $columns (i32.sub (local.get $columns) (i32.const 4))) (i32.const 0)))))
