;; The matrix product and the packing of its operands.

;; c[rows, columns] = a[rows, inner] · b[inner, columns], by tiles of 4 × 8 whose sums stay in registers; added to what
;; c holds where $adding. Both are packed: four rows of a side by side, column after column, and then the next four; eight
;; columns of b side by side, row after row, and then the next eight. The rows of c are $cRow apart.
;; Whole tiles are read and written, so up to 3 rows and 7 columns too many. What is written too much is written over
;; by the right numbers later, because the columns are done from last to first and the rows from first to last; where c
;; is added to, its rows must have room for whole tiles instead.
(func $matmul (export "matmul")
  (param $a i32) (param $b i32)
  (param $c i32) (param $cRow i32) (param $rows i32) (param $inner i32) (param $columns i32) (param $adding i32)
  (local $panel i32) (local $row i32) (local $aAt i32) (local $depth i32) (local $bAt i32) (local $bEnd i32)
  (local $cAt i32) (local $c1 i32) (local $c2 i32) (local $c3 i32)
  (local $x v128) (local $left v128) (local $right v128)
  (local $c00 v128) (local $c01 v128) (local $c10 v128) (local $c11 v128) (local $c20 v128) (local $c21 v128)
  (local $c30 v128) (local $c31 v128)
  (local.set $depth (i32.shl (local.get $inner) (i32.const 5)))
  (local.set $panel (i32.shr_u (i32.add (local.get $columns) (i32.const 7)) (i32.const 3)))
  (loop $panels
    (local.set $panel (i32.sub (local.get $panel) (i32.const 1)))
    (local.set $aAt (local.get $a))
    (local.set $cAt (i32.add (local.get $c) (i32.shl (local.get $panel) (i32.const 5))))
    (local.set $row (local.get $rows))
    (loop $groups
      (local.set $bAt (i32.add (local.get $b) (i32.mul (local.get $panel) (local.get $depth))))
      (local.set $bEnd (i32.add (local.get $bAt) (local.get $depth)))
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
      (loop $products
        (local.set $left (v128.load (local.get $bAt)))
        (local.set $right (v128.load offset=16 (local.get $bAt)))
        (local.set $x (v128.load32_splat (local.get $aAt)))
        (local.set $c00 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $c00)))
        (local.set $c01 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $c01)))
        (local.set $x (v128.load32_splat offset=4 (local.get $aAt)))
        (local.set $c10 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $c10)))
        (local.set $c11 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $c11)))
        (local.set $x (v128.load32_splat offset=8 (local.get $aAt)))
        (local.set $c20 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $c20)))
        (local.set $c21 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $c21)))
        (local.set $x (v128.load32_splat offset=12 (local.get $aAt)))
        (local.set $c30 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $c30)))
        (local.set $c31 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $c31)))
        (local.set $aAt (i32.add (local.get $aAt) (i32.const 16)))
        (br_if $products
          (i32.lt_u (local.tee $bAt (i32.add (local.get $bAt) (i32.const 32))) (local.get $bEnd))))
      (v128.store (local.get $cAt) (local.get $c00))
      (v128.store offset=16 (local.get $cAt) (local.get $c01))
      (v128.store (local.get $c1) (local.get $c10))
      (v128.store offset=16 (local.get $c1) (local.get $c11))
      (v128.store (local.get $c2) (local.get $c20))
      (v128.store offset=16 (local.get $c2) (local.get $c21))
      (v128.store (local.get $c3) (local.get $c30))
      (v128.store offset=16 (local.get $c3) (local.get $c31))
      (local.set $cAt (i32.add (local.get $c3) (local.get $cRow)))
      (br_if $groups (i32.gt_s (local.tee $row (i32.sub (local.get $row) (i32.const 4))) (i32.const 0))))
    (br_if $panels (local.get $panel))))

;; Packs a matrix [inner, columns], whose rows are $row apart: four neighbouring columns lie side by side, row after row,
;; $step apart; or eight, where $pair is 1: then every second four lie beside the four before. These runs begin $panel
;; apart. Up to 3 columns too many are packed, whatever follows the matrix.
(func (export "packRows")
  (param $from i32) (param $row i32) (param $to i32) (param $panel i32) (param $pair i32)
  (param $inner i32) (param $columns i32)
  (local $column i32) (local $k i32) (local $p i32) (local $q i32) (local $step i32)
  (local.set $step (i32.shl (i32.const 16) (local.get $pair)))
  (loop $groups
    (local.set $p (i32.add (local.get $from) (i32.shl (local.get $column) (i32.const 2))))
    (local.set $q (call $placeOf (local.get $column) (local.get $to) (local.get $panel) (local.get $pair)))
    (local.set $k (local.get $inner))
    (if (local.get $pair)
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
    (br_if $groups
      (i32.lt_u
        (local.tee $column (i32.add (local.get $column) (i32.shl (i32.const 4) (local.get $pair))))
        (local.get $columns)))))

;; Where the four columns from $column on are packed to.
(func $placeOf (param $column i32) (param $to i32) (param $panel i32) (param $pair i32) (result i32)
  (i32.add (local.get $to)
    (i32.add
      (i32.mul
        (i32.shr_u (local.get $column) (i32.add (i32.const 2) (local.get $pair)))
        (local.get $panel))
      (i32.shl (i32.and (local.get $column) (i32.shl (local.get $pair) (i32.const 2))) (i32.const 2)))))

;; The same for a matrix that is stored as [columns, inner], its rows $row apart: squares of
;; 4 × 4 are turned over in registers. Up to 3 rows too many are written; those of one run are written over by the next.
(func (export "packColumns")
  (param $from i32) (param $row i32) (param $to i32) (param $panel i32) (param $pair i32)
  (param $inner i32) (param $columns i32)
  (local $column i32) (local $k i32) (local $step i32)
  (local $p0 i32) (local $p1 i32) (local $p2 i32) (local $p3 i32) (local $at i32)
  (local $v0 v128) (local $v1 v128) (local $v2 v128) (local $v3 v128)
  (local $t0 v128) (local $t1 v128) (local $t2 v128) (local $t3 v128)
  (local.set $step (i32.shl (i32.const 16) (local.get $pair)))
  (local.set $p0 (local.get $from))
  (loop $groups
    (local.set $at (call $placeOf (local.get $column) (local.get $to) (local.get $panel) (local.get $pair)))
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
      (v128.store (local.tee $at (i32.add (local.get $at) (local.get $step)))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $t0) (local.get $t2)))
      (v128.store (local.tee $at (i32.add (local.get $at) (local.get $step)))
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $t1) (local.get $t3)))
      (v128.store (local.tee $at (i32.add (local.get $at) (local.get $step)))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $t1) (local.get $t3)))
      (local.set $p0 (i32.add (local.get $p0) (i32.const 16)))
      (local.set $p1 (i32.add (local.get $p1) (i32.const 16)))
      (local.set $p2 (i32.add (local.get $p2) (i32.const 16)))
      (local.set $p3 (i32.add (local.get $p3) (i32.const 16)))
      (local.set $at (i32.add (local.get $at) (local.get $step)))
      (br_if $squares (i32.gt_s (local.tee $k (i32.sub (local.get $k) (i32.const 4))) (i32.const 0))))
    (local.set $column (i32.add (local.get $column) (i32.const 4)))
    (local.set $p0 (i32.add (local.get $from) (i32.mul (local.get $column) (local.get $row))))
    (br_if $groups (i32.lt_u (local.get $column) (local.get $columns)))))
