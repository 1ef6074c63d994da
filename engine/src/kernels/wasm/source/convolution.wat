;; Between images and the numbers that their windows hold, and the sums of products over them.

;; The numbers that one element of the kernel sees lie in a row, window after window: the convolution's table says where
;; the row of each element begins, relative to $base.

;; c[filters, windows] = weights[filters, depth] · rows[depth, windows], as in matmul, with what is said there of packing the
;; weights, of too many rows and columns, and of $adding. The numbers of eight windows at a time are packed into $packed.
(func (export "convolve")
  (param $weights i32) (param $table i32) (param $base i32) (param $packed i32)
  (param $c i32) (param $cRow i32) (param $filters i32) (param $depth i32) (param $windows i32) (param $adding i32)
  (local $panel i32) (local $at i32) (local $end i32) (local $from i32) (local $p i32) (local $q i32)
  (local.set $end (i32.add (local.get $table) (i32.shl (local.get $depth) (i32.const 2))))
  (local.set $panel (i32.shl (i32.shr_u (i32.add (local.get $windows) (i32.const 7)) (i32.const 3)) (i32.const 5)))
  (loop $panels
    (local.set $panel (i32.sub (local.get $panel) (i32.const 32)))
    (local.set $from (i32.add (local.get $base) (local.get $panel)))
    (local.set $at (local.get $table))
    (local.set $q (local.get $packed))
    (loop $rows
      (local.set $p (i32.add (local.get $from) (i32.load (local.get $at))))
      (v128.store (local.get $q) (v128.load (local.get $p)))
      (v128.store offset=16 (local.get $q) (v128.load offset=16 (local.get $p)))
      (local.set $q (i32.add (local.get $q) (i32.const 32)))
      (br_if $rows (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (local.get $end))))
    (call $matmul
      (local.get $weights) (local.get $packed) (i32.add (local.get $c) (local.get $panel)) (local.get $cRow)
      (local.get $filters) (local.get $depth) (i32.const 8) (local.get $adding))
    (br_if $panels (local.get $panel))))

;; The same for one filter, whose weights are not packed, by tiles of 16 windows; up to 15 too many are written.
(func (export "convolveOne")
  (param $weights i32) (param $table i32) (param $base i32) (param $c i32) (param $depth i32) (param $windows i32)
  (local $end i32) (local $at i32) (local $aAt i32) (local $bAt i32) (local $x v128) (local $b v128)
  (local $c0 v128) (local $c1 v128) (local $c2 v128) (local $c3 v128)
  (local.set $end (i32.add (local.get $table) (i32.shl (local.get $depth) (i32.const 2))))
  (loop $tiles
    (local.set $c0 (v128.const i32x4 0 0 0 0))
    (local.set $c1 (v128.const i32x4 0 0 0 0))
    (local.set $c2 (v128.const i32x4 0 0 0 0))
    (local.set $c3 (v128.const i32x4 0 0 0 0))
    (local.set $aAt (local.get $weights))
    (local.set $at (local.get $table))
    (loop $products
      (local.set $bAt (i32.add (local.get $base) (i32.load (local.get $at))))
      (local.set $x (v128.load32_splat (local.get $aAt)))
      (local.set $b (v128.load (local.get $bAt)))
      (local.set $c0 (f32x4.add (f32x4.mul (local.get $x) (local.get $b)) (local.get $c0)))
      (local.set $b (v128.load offset=16 (local.get $bAt)))
      (local.set $c1 (f32x4.add (f32x4.mul (local.get $x) (local.get $b)) (local.get $c1)))
      (local.set $b (v128.load offset=32 (local.get $bAt)))
      (local.set $c2 (f32x4.add (f32x4.mul (local.get $x) (local.get $b)) (local.get $c2)))
      (local.set $b (v128.load offset=48 (local.get $bAt)))
      (local.set $c3 (f32x4.add (f32x4.mul (local.get $x) (local.get $b)) (local.get $c3)))
      (local.set $aAt (i32.add (local.get $aAt) (i32.const 4)))
      (br_if $products (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (local.get $end))))
    (v128.store (local.get $c) (local.get $c0))
    (v128.store offset=16 (local.get $c) (local.get $c1))
    (v128.store offset=32 (local.get $c) (local.get $c2))
    (v128.store offset=48 (local.get $c) (local.get $c3))
    (local.set $c (i32.add (local.get $c) (i32.const 64)))
    (local.set $base (i32.add (local.get $base) (i32.const 64)))
    (br_if $tiles (i32.gt_s (local.tee $windows (i32.sub (local.get $windows) (i32.const 16))) (i32.const 0)))))

;; sums[filters / 4, depth, 4] += small[filters, windows] · rows[depth, windows]ᵀ, by tiles of 4 filters and 2 rows: each
;; lane sums up every fourth window. The filters are $aRow apart; up to 3 too many are read and summed up. Four of them are
;; packed, vector beside vector, where $packed has room for that. $depth is even.
(func (export "convolveWeights")
  (param $small i32) (param $aRow i32) (param $packed i32) (param $table i32) (param $base i32) (param $sums i32)
  (param $filters i32) (param $depth i32) (param $windows i32)
  (local $at i32) (local $k i32) (local $n i32) (local $p i32) (local $q i32) (local $start i32)
  (local $aAt i32) (local $aEnd i32) (local $whole i32)
  (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $a3 i32)
  (local $x v128) (local $left v128) (local $right v128)
  (local $s00 v128) (local $s01 v128) (local $s10 v128) (local $s11 v128)
  (local $s20 v128) (local $s21 v128) (local $s30 v128) (local $s31 v128)
  (local.set $start (local.get $sums))
  ;; The bytes of the windows that make whole vectors.
  (local.set $whole (i32.shl (i32.and (local.get $windows) (i32.const -4)) (i32.const 2)))
  (local.set $aEnd (i32.add (local.get $packed) (i32.shl (local.get $whole) (i32.const 2))))
  (loop $groups
    (local.set $a0 (local.get $small))
    (local.set $a1 (i32.add (local.get $a0) (local.get $aRow)))
    (local.set $a2 (i32.add (local.get $a1) (local.get $aRow)))
    (local.set $a3 (i32.add (local.get $a2) (local.get $aRow)))
    (local.set $aAt (local.get $packed))
    (if (local.get $whole)
      (then
        (loop $packing
          (v128.store (local.get $aAt) (v128.load (local.get $a0)))
          (v128.store offset=16 (local.get $aAt) (v128.load (local.get $a1)))
          (v128.store offset=32 (local.get $aAt) (v128.load (local.get $a2)))
          (v128.store offset=48 (local.get $aAt) (v128.load (local.get $a3)))
          (local.set $a0 (i32.add (local.get $a0) (i32.const 16)))
          (local.set $a1 (i32.add (local.get $a1) (i32.const 16)))
          (local.set $a2 (i32.add (local.get $a2) (i32.const 16)))
          (local.set $a3 (i32.add (local.get $a3) (i32.const 16)))
          (br_if $packing
            (i32.lt_u (local.tee $aAt (i32.add (local.get $aAt) (i32.const 64))) (local.get $aEnd))))))
    (local.set $at (local.get $table))
    (local.set $k (local.get $depth))
    (local.set $sums (local.get $start))
    (loop $pairs
      (local.set $p (i32.add (local.get $base) (i32.load (local.get $at))))
      (local.set $q (i32.add (local.get $base) (i32.load offset=4 (local.get $at))))
      (local.set $s00 (v128.const i32x4 0 0 0 0))
      (local.set $s01 (v128.const i32x4 0 0 0 0))
      (local.set $s10 (v128.const i32x4 0 0 0 0))
      (local.set $s11 (v128.const i32x4 0 0 0 0))
      (local.set $s20 (v128.const i32x4 0 0 0 0))
      (local.set $s21 (v128.const i32x4 0 0 0 0))
      (local.set $s30 (v128.const i32x4 0 0 0 0))
      (local.set $s31 (v128.const i32x4 0 0 0 0))
      (local.set $aAt (local.get $packed))
      (if (local.get $whole)
        (then
          (loop $vectors
            (local.set $left (v128.load (local.get $p)))
            (local.set $right (v128.load (local.get $q)))
            (local.set $x (v128.load (local.get $aAt)))
            (local.set $s00 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $s00)))
            (local.set $s01 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $s01)))
            (local.set $x (v128.load offset=16 (local.get $aAt)))
            (local.set $s10 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $s10)))
            (local.set $s11 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $s11)))
            (local.set $x (v128.load offset=32 (local.get $aAt)))
            (local.set $s20 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $s20)))
            (local.set $s21 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $s21)))
            (local.set $x (v128.load offset=48 (local.get $aAt)))
            (local.set $s30 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $s30)))
            (local.set $s31 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $s31)))
            (local.set $p (i32.add (local.get $p) (i32.const 16)))
            (local.set $q (i32.add (local.get $q) (i32.const 16)))
            (br_if $vectors
              (i32.lt_u (local.tee $aAt (i32.add (local.get $aAt) (i32.const 64))) (local.get $aEnd))))))
      (local.set $n (i32.and (local.get $windows) (i32.const 3)))
      (if (local.get $n)
        (then
          (local.set $a0 (i32.add (local.get $small) (local.get $whole)))
          (local.set $a1 (i32.add (local.get $a0) (local.get $aRow)))
          (local.set $a2 (i32.add (local.get $a1) (local.get $aRow)))
          (local.set $a3 (i32.add (local.get $a2) (local.get $aRow)))
          (loop $numbers
            (local.set $left (v128.load32_zero (local.get $p)))
            (local.set $right (v128.load32_zero (local.get $q)))
            (local.set $x (v128.load32_zero (local.get $a0)))
            (local.set $s00 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $s00)))
            (local.set $s01 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $s01)))
            (local.set $x (v128.load32_zero (local.get $a1)))
            (local.set $s10 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $s10)))
            (local.set $s11 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $s11)))
            (local.set $x (v128.load32_zero (local.get $a2)))
            (local.set $s20 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $s20)))
            (local.set $s21 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $s21)))
            (local.set $x (v128.load32_zero (local.get $a3)))
            (local.set $s30 (f32x4.add (f32x4.mul (local.get $x) (local.get $left)) (local.get $s30)))
            (local.set $s31 (f32x4.add (f32x4.mul (local.get $x) (local.get $right)) (local.get $s31)))
            (local.set $a0 (i32.add (local.get $a0) (i32.const 4)))
            (local.set $a1 (i32.add (local.get $a1) (i32.const 4)))
            (local.set $a2 (i32.add (local.get $a2) (i32.const 4)))
            (local.set $a3 (i32.add (local.get $a3) (i32.const 4)))
            (local.set $p (i32.add (local.get $p) (i32.const 4)))
            (local.set $q (i32.add (local.get $q) (i32.const 4)))
            (br_if $numbers (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
      ;; The sums of four lanes each are turned over and added up.
      (local.set $left (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $s00) (local.get $s10)))
      (local.set $right (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $s00) (local.get $s10)))
      (local.set $s00 (f32x4.add (local.get $left) (local.get $right)))
      (local.set $left (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $s20) (local.get $s30)))
      (local.set $right (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $s20) (local.get $s30)))
      (local.set $s10 (f32x4.add (local.get $left) (local.get $right)))
      (v128.store (local.get $sums)
        (f32x4.add
          (v128.load (local.get $sums))
          (f32x4.add
            (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $s00) (local.get $s10))
            (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $s00) (local.get $s10)))))
      (local.set $left (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $s01) (local.get $s11)))
      (local.set $right (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $s01) (local.get $s11)))
      (local.set $s01 (f32x4.add (local.get $left) (local.get $right)))
      (local.set $left (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $s21) (local.get $s31)))
      (local.set $right (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $s21) (local.get $s31)))
      (local.set $s11 (f32x4.add (local.get $left) (local.get $right)))
      (v128.store offset=16 (local.get $sums)
        (f32x4.add
          (v128.load offset=16 (local.get $sums))
          (f32x4.add
            (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $s01) (local.get $s11))
            (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $s01) (local.get $s11)))))
      (local.set $sums (i32.add (local.get $sums) (i32.const 32)))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $pairs (i32.gt_s (local.tee $k (i32.sub (local.get $k) (i32.const 2))) (i32.const 0))))
    (local.set $start (i32.add (local.get $start) (i32.shl (local.get $depth) (i32.const 4))))
    (local.set $small (i32.add (local.get $small) (i32.shl (local.get $aRow) (i32.const 2))))
    (br_if $groups (i32.gt_s (local.tee $filters (i32.sub (local.get $filters) (i32.const 4))) (i32.const 0)))))

;; Copies a grid of numbers of each channel of an image, $rowStep and $step apart, into rows $toRow apart.
(func (export "gather")
  (param $image i32) (param $channel i32) (param $to i32) (param $toChannel i32) (param $channels i32)
  (param $rows i32) (param $columns i32) (param $rowStep i32) (param $step i32) (param $toRow i32)
  (local $p i32) (local $q i32) (local $end i32) (local $n i32) (local $fromRow i32) (local $atRow i32)
  (local $kind i32) (local $last i32) (local $lastFrom i32)
  ;; Neighbours are copied in whole vectors, and so is every second number; the last vector ends where the row ends.
  (if (i32.ge_u (local.get $columns) (i32.const 4))
    (then
      (if (i32.le_u (local.get $step) (i32.const 8)) (then (local.set $kind (local.get $step))))))
  (local.set $lastFrom (i32.mul (i32.sub (local.get $columns) (i32.const 4)) (local.get $step)))
  (loop $planes
    (local.set $fromRow (local.get $image))
    (local.set $atRow (local.get $to))
    (local.set $n (local.get $rows))
    (loop $each
      (local.set $p (local.get $fromRow))
      (local.set $q (local.get $atRow))
      (local.set $end (i32.add (local.get $q) (i32.shl (local.get $columns) (i32.const 2))))
      (local.set $last (i32.sub (local.get $end) (i32.const 16)))
      (if (i32.eq (local.get $kind) (i32.const 4))
        (then
          (loop $neighbours
            (v128.store (local.get $q)
              (v128.load (local.get $p)))
            (local.set $p (i32.add (local.get $p) (i32.const 16)))
            (br_if $neighbours
              (i32.le_u (local.tee $q (i32.add (local.get $q) (i32.const 16))) (local.get $last))))
          (local.set $p (i32.add (local.get $fromRow) (local.get $lastFrom)))
          (v128.store (local.get $last)
            (v128.load (local.get $p)))))
      (if (i32.eq (local.get $kind) (i32.const 8))
        (then
          (loop $seconds
            (v128.store (local.get $q)
              (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
                (v128.load (local.get $p))
                (v128.load offset=16 (local.get $p))))
            (local.set $p (i32.add (local.get $p) (i32.const 32)))
            (br_if $seconds
              (i32.le_u (local.tee $q (i32.add (local.get $q) (i32.const 16))) (local.get $last))))
          (local.set $p (i32.add (local.get $fromRow) (local.get $lastFrom)))
          (v128.store (local.get $last)
            (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
              (v128.load (local.get $p))
              (v128.load offset=16 (local.get $p))))))
      (if (i32.eqz (local.get $kind))
        (then
          (loop $numbers
            (f32.store (local.get $q) (f32.load (local.get $p)))
            (local.set $p (i32.add (local.get $p) (local.get $step)))
            (br_if $numbers
              (i32.lt_u (local.tee $q (i32.add (local.get $q) (i32.const 4))) (local.get $end))))))
      (local.set $fromRow (i32.add (local.get $fromRow) (local.get $rowStep)))
      (local.set $atRow (i32.add (local.get $atRow) (local.get $toRow)))
      (br_if $each (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.set $image (i32.add (local.get $image) (local.get $channel)))
    (local.set $to (i32.add (local.get $to) (local.get $toChannel)))
    (br_if $planes (local.tee $channels (i32.sub (local.get $channels) (i32.const 1))))))

;; Adds the rows of a matrix, $matrixStep apart, to a grid of numbers of an image, $rowStep and $step apart.
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
    (br_if $each (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))
