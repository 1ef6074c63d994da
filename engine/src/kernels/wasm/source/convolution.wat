;; Between an image and the matrix whose columns are its windows.

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
    (br_if $each (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))
