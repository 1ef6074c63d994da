;; The matrix product and the packing of its operands.

;; c[rows, columns] = a[rows, inner] · b[inner, columns], by tiles of 4 × 8 whose sums stay in registers; added to what
;; c holds where $adding. Four rows of a begin $aGroup apart; their elements are $aRow apart down a column, $aStep along a
;; row. Eight columns of b begin $bPanel apart; their rows are $bStep apart. The rows of c are $cRow apart.
;; Whole tiles are read and written, so up to 3 rows and 7 columns too many. What is written too much is written over
;; by the right numbers later, because the columns are done from last to first and the rows from first to last; where c
;; is added to, its rows must have room for whole tiles instead.
(func (export "matmul")
  (param $a i32) (param $aGroup i32) (param $aRow i32) (param $aStep i32)
  (param $b i32) (param $bPanel i32) (param $bStep i32)
  (param $c i32) (param $cRow i32) (param $rows i32) (param $inner i32) (param $columns i32) (param $adding i32)
  (local $panel i32) (local $row i32) (local $k i32)
  (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $a3 i32) (local $bAt i32) (local $aAt i32)
  (local $cAt i32) (local $c1 i32) (local $c2 i32) (local $c3 i32)
  (local $x v128) (local $left v128) (local $right v128)
  (local $c00 v128) (local $c01 v128) (local $c10 v128) (local $c11 v128)
  (local $c20 v128) (local $c21 v128) (local $c30 v128) (local $c31 v128)
  (local.set $panel (i32.shr_u (i32.add (local.get $columns) (i32.const 7)) (i32.const 3)))
  (loop $panels
    (local.set $panel (i32.sub (local.get $panel) (i32.const 1)))
    (local.set $aAt (local.get $a))
    (local.set $cAt (i32.add (local.get $c) (i32.shl (local.get $panel) (i32.const 5))))
    (local.set $row (local.get $rows))
    (loop $groups
      (local.set $a0 (local.get $aAt))
      (local.set $a1 (i32.add (local.get $a0) (local.get $aRow)))
      (local.set $a2 (i32.add (local.get $a1) (local.get $aRow)))
      (local.set $a3 (i32.add (local.get $a2) (local.get $aRow)))
      (local.set $bAt (i32.add (local.get $b) (i32.mul (local.get $panel) (local.get $bPanel))))
      (local.set $c1 (i32.add (local.get $cAt) (local.get $cRow)))
      (local.set $c2 (i32.add (local.get $c1) (local.get $cRow)))
      (local.set $c3 (i32.add (local.get $c2) (local.get $cRow)))
      (if (local.get $adding)
        (then
          (local.set $c00 (v128.load (local.get $cAt)))
          (local.set $c01 (v128.load offset=16 (local.get $cAt)))
          (local.set $c10 (v128.load (local.get $c1)))
          (local.set $c11 (v128.load offset=16 (local.get $c1)))
          (local.set $c20 (v128.load (local.get $c2)))
          (local.set $c21 (v128.load offset=16 (local.get $c2)))
          (local.set $c30 (v128.load (local.get $c3)))
          (local.set $c31 (v128.load offset=16 (local.get $c3))))
        (else
          (local.set $c00 (v128.const i32x4 0 0 0 0))
          (local.set $c01 (v128.const i32x4 0 0 0 0))
          (local.set $c10 (v128.const i32x4 0 0 0 0))
          (local.set $c11 (v128.const i32x4 0 0 0 0))
          (local.set $c20 (v128.const i32x4 0 0 0 0))
          (local.set $c21 (v128.const i32x4 0 0 0 0))
          (local.set $c30 (v128.const i32x4 0 0 0 0))
          (local.set $c31 (v128.const i32x4 0 0 0 0))))
      (local.set $k (local.get $inner))
      (loop $products
        (local.set $left (v128.load (local.get $bAt)))
        (local.set $right (v128.load offset=16 (local.get $bAt)))
        (local.set $x (v128.load32_splat (local.get $a0)))
        (local.set $c00 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $c00)))
        (local.set $c01 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $c01)))
        (local.set $x (v128.load32_splat (local.get $a1)))
        (local.set $c10 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $c10)))
        (local.set $c11 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $c11)))
        (local.set $x (v128.load32_splat (local.get $a2)))
        (local.set $c20 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $c20)))
        (local.set $c21 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $c21)))
        (local.set $x (v128.load32_splat (local.get $a3)))
        (local.set $c30 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $c30)))
        (local.set $c31 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $c31)))
        (local.set $a0 (i32.add (local.get $a0) (local.get $aStep)))
        (local.set $a1 (i32.add (local.get $a1) (local.get $aStep)))
        (local.set $a2 (i32.add (local.get $a2) (local.get $aStep)))
        (local.set $a3 (i32.add (local.get $a3) (local.get $aStep)))
        (local.set $bAt (i32.add (local.get $bAt) (local.get $bStep)))
        (br_if $products (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
      (v128.store (local.get $cAt) (local.get $c00))
      (v128.store offset=16 (local.get $cAt) (local.get $c01))
      (v128.store (local.get $c1) (local.get $c10))
      (v128.store offset=16 (local.get $c1) (local.get $c11))
      (v128.store (local.get $c2) (local.get $c20))
      (v128.store offset=16 (local.get $c2) (local.get $c21))
      (v128.store (local.get $c3) (local.get $c30))
      (v128.store offset=16 (local.get $c3) (local.get $c31))
      (local.set $cAt (i32.add (local.get $c3) (local.get $cRow)))
      (local.set $aAt (i32.add (local.get $aAt) (local.get $aGroup)))
      (br_if $groups (i32.gt_s (local.tee $row (i32.sub (local.get $row) (i32.const 4))) (i32.const 0))))
    (br_if $panels (local.get $panel))))

;; Copies a matrix [inner, columns] so that 4 · $vectors neighbouring columns, 1 or 2 vectors, lie in one run, row after
;; row; the runs begin $panel apart. The last run may be filled up with whatever follows the matrix.
(func (export "packRows")
  (param $from i32) (param $to i32) (param $panel i32) (param $inner i32) (param $columns i32) (param $vectors i32)
  (local $row i32) (local $step i32) (local $end i32) (local $k i32) (local $p i32) (local $q i32)
  (local.set $row (i32.shl (local.get $columns) (i32.const 2)))
  (local.set $step (i32.shl (local.get $vectors) (i32.const 4)))
  (local.set $end (i32.add (local.get $from) (local.get $row)))
  (loop $panels
    (local.set $p (local.get $from))
    (local.set $q (local.get $to))
    (local.set $k (local.get $inner))
    (if (i32.eq (local.get $vectors) (i32.const 2))
      (then
        (loop $rows
          (v128.store (local.get $q) (v128.load (local.get $p)))
          (v128.store offset=16 (local.get $q) (v128.load offset=16 (local.get $p)))
          (local.set $p (i32.add (local.get $p) (local.get $row)))
          (local.set $q (i32.add (local.get $q) (i32.const 32)))
          (br_if $rows (local.tee $k (i32.sub (local.get $k) (i32.const 1))))))
      (else
        (loop $rows
          (v128.store (local.get $q) (v128.load (local.get $p)))
          (local.set $p (i32.add (local.get $p) (local.get $row)))
          (local.set $q (i32.add (local.get $q) (i32.const 16)))
          (br_if $rows (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))))
    (local.set $to (i32.add (local.get $to) (local.get $panel)))
    (br_if $panels
      (i32.lt_u (local.tee $from (i32.add (local.get $from) (local.get $step))) (local.get $end)))))

;; The same, with runs of 8 columns, for a matrix that is stored as [columns, inner], its rows $row apart: squares of
;; 4 × 4 are turned over in registers. Up to 3 rows too many are written; those of one run are written over by the next.
(func (export "packColumns")
  (param $from i32) (param $row i32) (param $to i32) (param $panel i32) (param $inner i32) (param $columns i32)
  (local $column i32) (local $k i32)
  (local $p0 i32) (local $p1 i32) (local $p2 i32) (local $p3 i32) (local $at i32)
  (local $v0 v128) (local $v1 v128) (local $v2 v128) (local $v3 v128)
  (local $t0 v128) (local $t1 v128) (local $t2 v128) (local $t3 v128)
  (local.set $p0 (local.get $from))
  (loop $groups
    (local.set $at
      (i32.add (local.get $to)
        (i32.add
          (i32.mul (i32.shr_u (local.get $column) (i32.const 3)) (local.get $panel))
          (i32.shl (i32.and (local.get $column) (i32.const 4)) (i32.const 2)))))
    (local.set $p1 (i32.add (local.get $p0) (local.get $row)))
    (local.set $p2 (i32.add (local.get $p1) (local.get $row)))
    (local.set $p3 (i32.add (local.get $p2) (local.get $row)))
    (local.set $k (local.get $inner))
    (loop $squares
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
      (v128.store (local.get $at)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $t0) (local.get $t2)))
      (v128.store offset=32 (local.get $at)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $t0) (local.get $t2)))
      (v128.store offset=64 (local.get $at)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $t1) (local.get $t3)))
      (v128.store offset=96 (local.get $at)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $t1) (local.get $t3)))
      (local.set $p0 (i32.add (local.get $p0) (i32.const 16)))
      (local.set $p1 (i32.add (local.get $p1) (i32.const 16)))
      (local.set $p2 (i32.add (local.get $p2) (i32.const 16)))
      (local.set $p3 (i32.add (local.get $p3) (i32.const 16)))
      (local.set $at (i32.add (local.get $at) (i32.const 128)))
      (br_if $squares (i32.gt_s (local.tee $k (i32.sub (local.get $k) (i32.const 4))) (i32.const 0))))
    (local.set $column (i32.add (local.get $column) (i32.const 4)))
    (local.set $p0 (i32.add (local.get $from) (i32.mul (local.get $column) (local.get $row))))
    (br_if $groups (i32.lt_u (local.get $column) (local.get $columns)))))

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
