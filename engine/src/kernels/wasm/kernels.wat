;; The float32 kernels in 128-bit SIMD. scripts/kernels.mjs assembles this into module.ts, and once more with every
;; sum of a product made one relaxed multiply-add. All steps are in bytes.

(module
  (memory (export "memory") 1)

  ;; c[rows, columns] = a[rows, inner] · b[inner, columns], by tiles of 4 × 8 whose sums stay in registers.
  ;; Four rows of a begin $aGroup apart; their elements are $aRow apart down a column, $aStep along a row.
  ;; Eight columns of b begin $bPanel apart; their rows are $bStep apart. c is dense.
  ;; Whole tiles are read and written, so up to 3 rows and 7 columns too many. What is written too much is written over
  ;; by the right numbers later, because the columns are done from last to first and the rows from first to last.
  (func (export "matmul")
    (param $a i32) (param $aGroup i32) (param $aRow i32) (param $aStep i32)
    (param $b i32) (param $bPanel i32) (param $bStep i32)
    (param $c i32) (param $rows i32) (param $inner i32) (param $columns i32)
    (local $cRow i32) (local $panel i32) (local $row i32) (local $k i32)
    (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $a3 i32) (local $bAt i32) (local $cAt i32) (local $aAt i32)
    (local $x v128) (local $left v128) (local $right v128)
    (local $c00 v128) (local $c01 v128) (local $c10 v128) (local $c11 v128)
    (local $c20 v128) (local $c21 v128) (local $c30 v128) (local $c31 v128)
    (local.set $cRow (i32.shl (local.get $columns) (i32.const 2)))
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
        (local.set $c00 (v128.const i32x4 0 0 0 0))
        (local.set $c01 (v128.const i32x4 0 0 0 0))
        (local.set $c10 (v128.const i32x4 0 0 0 0))
        (local.set $c11 (v128.const i32x4 0 0 0 0))
        (local.set $c20 (v128.const i32x4 0 0 0 0))
        (local.set $c21 (v128.const i32x4 0 0 0 0))
        (local.set $c30 (v128.const i32x4 0 0 0 0))
        (local.set $c31 (v128.const i32x4 0 0 0 0))
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
        (local.set $cAt (i32.add (local.get $cAt) (local.get $cRow)))
        (v128.store (local.get $cAt) (local.get $c10))
        (v128.store offset=16 (local.get $cAt) (local.get $c11))
        (local.set $cAt (i32.add (local.get $cAt) (local.get $cRow)))
        (v128.store (local.get $cAt) (local.get $c20))
        (v128.store offset=16 (local.get $cAt) (local.get $c21))
        (local.set $cAt (i32.add (local.get $cAt) (local.get $cRow)))
        (v128.store (local.get $cAt) (local.get $c30))
        (v128.store offset=16 (local.get $cAt) (local.get $c31))
        (local.set $cAt (i32.add (local.get $cAt) (local.get $cRow)))
        (local.set $aAt (i32.add (local.get $aAt) (local.get $aGroup)))
        (br_if $groups (i32.gt_s (local.tee $row (i32.sub (local.get $row) (i32.const 4))) (i32.const 0))))
      (br_if $panels (local.get $panel))))

  ;; Copies a matrix [inner, columns] so that 4 · $vectors neighbouring columns lie in one run, row after row.
  (func (export "packRows")
    (param $from i32) (param $to i32) (param $inner i32) (param $columns i32) (param $vectors i32)
    (local $row i32) (local $step i32) (local $panel i32) (local $k i32) (local $column i32) (local $at i32)
    (local.set $row (i32.shl (local.get $columns) (i32.const 2)))
    (local.set $step (i32.shl (local.get $vectors) (i32.const 4)))
    (local.set $panel (i32.mul (local.get $inner) (local.get $step)))
    (local.set $k (local.get $inner))
    (loop $rows
      (local.set $at (local.get $to))
      (local.set $column (i32.const 0))
      (loop $columns
        (v128.store (local.get $at) (v128.load (i32.add (local.get $from) (local.get $column))))
        (if (i32.eq (local.get $vectors) (i32.const 2))
          (then
            (v128.store offset=16 (local.get $at)
              (v128.load offset=16 (i32.add (local.get $from) (local.get $column))))))
        (local.set $at (i32.add (local.get $at) (local.get $panel)))
        (local.set $column (i32.add (local.get $column) (local.get $step)))
        (br_if $columns (i32.lt_u (local.get $column) (local.get $row))))
      (local.set $from (i32.add (local.get $from) (local.get $row)))
      (local.set $to (i32.add (local.get $to) (local.get $step)))
      (br_if $rows (local.tee $k (i32.sub (local.get $k) (i32.const 1))))))

  ;; The same for a matrix that is stored as [columns, inner]: squares of 4 × 4 are turned over in registers.
  ;; Up to 3 rows too many are written; those of one panel are written over by the next.
  (func (export "packColumns")
    (param $from i32) (param $to i32) (param $inner i32) (param $columns i32)
    (local $row i32) (local $panel i32) (local $column i32) (local $k i32)
    (local $p0 i32) (local $p1 i32) (local $p2 i32) (local $p3 i32) (local $at i32)
    (local $v0 v128) (local $v1 v128) (local $v2 v128) (local $v3 v128)
    (local $t0 v128) (local $t1 v128) (local $t2 v128) (local $t3 v128)
    (local.set $row (i32.shl (local.get $inner) (i32.const 2)))
    (local.set $panel (i32.shl (local.get $inner) (i32.const 5)))
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

  ;; One step of Adam on so many vectors of numbers. $rest1 and $rest2 are 1 − $beta1 and 1 − $beta2, which would lose
  ;; their digits if they were computed here.
  (func (export "adam")
    (param $data i32) (param $grad i32) (param $mean i32) (param $square i32) (param $vectors i32)
    (param $beta1 f32) (param $rest1 f32) (param $beta2 f32) (param $rest2 f32)
    (param $stepSize f32) (param $correction f32) (param $eps f32) (param $decay f32)
    (local $p v128) (local $g v128) (local $m v128) (local $v v128)
    (loop $each
      (local.set $p (v128.load (local.get $data)))
      (local.set $g
        (f32x4.add
          (v128.load (local.get $grad))
          (f32x4.mul (f32x4.splat (local.get $decay)) (local.get $p))))
      (local.set $m
        (f32x4.add
          (f32x4.mul (f32x4.splat (local.get $beta1)) (v128.load (local.get $mean)))
          (f32x4.mul (f32x4.splat (local.get $rest1)) (local.get $g))))
      (local.set $v
        (f32x4.add
          (f32x4.mul (f32x4.splat (local.get $beta2)) (v128.load (local.get $square)))
          (f32x4.mul (f32x4.mul (f32x4.splat (local.get $rest2)) (local.get $g)) (local.get $g))))
      (v128.store (local.get $mean) (local.get $m))
      (v128.store (local.get $square) (local.get $v))
      (v128.store (local.get $data)
        (f32x4.sub
          (local.get $p)
          (f32x4.div
            (f32x4.mul (f32x4.splat (local.get $stepSize)) (local.get $m))
            (f32x4.add
              (f32x4.mul (f32x4.sqrt (local.get $v)) (f32x4.splat (local.get $correction)))
              (f32x4.splat (local.get $eps))))))
      (local.set $data (i32.add (local.get $data) (i32.const 16)))
      (local.set $grad (i32.add (local.get $grad) (i32.const 16)))
      (local.set $mean (i32.add (local.get $mean) (i32.const 16)))
      (local.set $square (i32.add (local.get $square) (i32.const 16)))
      (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

  ;; One step of gradient descent on so many vectors of numbers; $kept is the momentum, 0 in the first step.
  (func (export "descend")
    (param $data i32) (param $grad i32) (param $velocity i32) (param $vectors i32)
    (param $lr f32) (param $kept f32) (param $ahead f32) (param $nesterov i32) (param $decay f32)
    (local $p v128) (local $g v128) (local $v v128)
    (loop $each
      (local.set $p (v128.load (local.get $data)))
      (local.set $g
        (f32x4.add
          (v128.load (local.get $grad))
          (f32x4.mul (f32x4.splat (local.get $decay)) (local.get $p))))
      (local.set $v
        (f32x4.add
          (f32x4.mul (f32x4.splat (local.get $kept)) (v128.load (local.get $velocity)))
          (local.get $g)))
      (v128.store (local.get $velocity) (local.get $v))
      (if (local.get $nesterov)
        (then
          (local.set $v
            (f32x4.add (local.get $g) (f32x4.mul (f32x4.splat (local.get $ahead)) (local.get $v))))))
      (v128.store (local.get $data)
        (f32x4.sub (local.get $p) (f32x4.mul (f32x4.splat (local.get $lr)) (local.get $v))))
      (local.set $data (i32.add (local.get $data) (i32.const 16)))
      (local.set $grad (i32.add (local.get $grad) (i32.const 16)))
      (local.set $velocity (i32.add (local.get $velocity) (i32.const 16)))
      (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

  ;; Copies a grid of numbers of an image, $rowStep and $step apart, into rows of a matrix, $matrixStep apart.
  (func (export "gather")
    (param $image i32) (param $matrix i32) (param $rows i32) (param $columns i32)
    (param $rowStep i32) (param $step i32) (param $matrixStep i32)
    (local $p i32) (local $q i32) (local $end i32)
    (loop $each
      (local.set $p (local.get $image))
      (local.set $q (local.get $matrix))
      (local.set $end (i32.add (local.get $q) (i32.shl (local.get $columns) (i32.const 2))))
      (if (i32.eq (local.get $step) (i32.const 4))
        (then
          (block $done
            (loop $vectors
              (br_if $done (i32.gt_u (i32.add (local.get $q) (i32.const 16)) (local.get $end)))
              (v128.store (local.get $q) (v128.load (local.get $p)))
              (local.set $p (i32.add (local.get $p) (i32.const 16)))
              (local.set $q (i32.add (local.get $q) (i32.const 16)))
              (br $vectors)))))
      (block $done
        (loop $numbers
          (br_if $done (i32.ge_u (local.get $q) (local.get $end)))
          (f32.store (local.get $q) (f32.load (local.get $p)))
          (local.set $p (i32.add (local.get $p) (local.get $step)))
          (local.set $q (i32.add (local.get $q) (i32.const 4)))
          (br $numbers)))
      (local.set $image (i32.add (local.get $image) (local.get $rowStep)))
      (local.set $matrix (i32.add (local.get $matrix) (local.get $matrixStep)))
      (br_if $each (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  ;; The other way round: adds the numbers of the matrix to those of the image.
  (func (export "scatterAdd")
    (param $image i32) (param $matrix i32) (param $rows i32) (param $columns i32)
    (param $rowStep i32) (param $step i32) (param $matrixStep i32)
    (local $p i32) (local $q i32) (local $end i32)
    (loop $each
      (local.set $p (local.get $image))
      (local.set $q (local.get $matrix))
      (local.set $end (i32.add (local.get $q) (i32.shl (local.get $columns) (i32.const 2))))
      (if (i32.eq (local.get $step) (i32.const 4))
        (then
          (block $done
            (loop $vectors
              (br_if $done (i32.gt_u (i32.add (local.get $q) (i32.const 16)) (local.get $end)))
              (v128.store (local.get $p) (f32x4.add (v128.load (local.get $p)) (v128.load (local.get $q))))
              (local.set $p (i32.add (local.get $p) (i32.const 16)))
              (local.set $q (i32.add (local.get $q) (i32.const 16)))
              (br $vectors)))))
      (block $done
        (loop $numbers
          (br_if $done (i32.ge_u (local.get $q) (local.get $end)))
          (f32.store (local.get $p) (f32.add (f32.load (local.get $p)) (f32.load (local.get $q))))
          (local.set $p (i32.add (local.get $p) (local.get $step)))
          (local.set $q (i32.add (local.get $q) (i32.const 4)))
          (br $numbers)))
      (local.set $image (i32.add (local.get $image) (local.get $rowStep)))
      (local.set $matrix (i32.add (local.get $matrix) (local.get $matrixStep)))
      (br_if $each (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))))
