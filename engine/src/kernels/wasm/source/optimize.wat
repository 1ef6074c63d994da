;; The steps of the optimizers.

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

;; The same without momentum, which needs no velocity.
(func (export "descendStraight")
  (param $data i32) (param $grad i32) (param $vectors i32) (param $lr f32) (param $decay f32)
  (local $p v128)
  (loop $each
    (local.set $p (v128.load (local.get $data)))
    (v128.store (local.get $data)
      (f32x4.sub
        (local.get $p)
        (f32x4.mul
          (f32x4.splat (local.get $lr))
          (f32x4.add
            (v128.load (local.get $grad))
            (f32x4.mul (f32x4.splat (local.get $decay)) (local.get $p))))))
    (local.set $data (i32.add (local.get $data) (i32.const 16)))
    (local.set $grad (i32.add (local.get $grad) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))
