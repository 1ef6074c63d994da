;; Functions made of powers of e, of so many vectors of numbers.

;; to = e^from, off by at most 2 units in the last place: e^x = 2^n · e^r with n the whole number nearest to x / ln 2, and a
;; polynomial for e^r, |r| ≤ ln 2 / 2 (coefficients of expf in Cephes, Moshier, 1992). 2^n is multiplied in two halves, so
;; that results too small for a normal number are rounded once and those too large become infinite.
(func $exp (export "exp") (param $from i32) (param $to i32) (param $vectors i32)
  (local $x v128) (local $n v128) (local $r v128) (local $p v128) (local $half v128) (local $t v128)
  (local $low v128) (local $high v128) (local $log2e v128) (local $magic v128) (local $ln2 v128) (local $ln2Rest v128)
  (local $c1 v128) (local $c2 v128) (local $c3 v128) (local $c4 v128) (local $c5 v128) (local $c6 v128) (local $one v128)
  (local.set $low (f32x4.splat (f32.const -104)))
  (local.set $high (f32x4.splat (f32.const 89)))
  (local.set $log2e (f32x4.splat (f32.const 1.44269504088896341)))
  ;; Beside 1.5 · 2²³ there is room for whole numbers only, which stand in the lowest bits.
  (local.set $magic (f32x4.splat (f32.const 12582912)))
  (local.set $ln2 (f32x4.splat (f32.const -0.693359375)))
  (local.set $ln2Rest (f32x4.splat (f32.const 2.12194440e-4)))
  (local.set $c1 (f32x4.splat (f32.const 1.9875691500e-4)))
  (local.set $c2 (f32x4.splat (f32.const 1.3981999507e-3)))
  (local.set $c3 (f32x4.splat (f32.const 8.3334519073e-3)))
  (local.set $c4 (f32x4.splat (f32.const 4.1665795894e-2)))
  (local.set $c5 (f32x4.splat (f32.const 1.6666665459e-1)))
  (local.set $c6 (f32x4.splat (f32.const 5.0000001201e-1)))
  (local.set $one (f32x4.splat (f32.const 1)))
  (block $done
    (br_if $done (i32.eqz (local.get $vectors)))
    (loop $each
      ;; NaN passes both: it is neither smaller nor larger.
      (local.set $x (f32x4.pmax (f32x4.pmin (v128.load (local.get $from)) (local.get $high)) (local.get $low)))
      (local.set $n (f32x4.add (f32x4.mul (local.get $x) (local.get $log2e)) (local.get $magic)))
      (local.set $t (f32x4.sub (local.get $n) (local.get $magic)))
      (local.set $r (f32x4.add (f32x4.mul (local.get $t) (local.get $ln2)) (local.get $x)))
      (local.set $r (f32x4.add (f32x4.mul (local.get $t) (local.get $ln2Rest)) (local.get $r)))
      (local.set $p (f32x4.add (f32x4.mul (local.get $c1) (local.get $r)) (local.get $c2)))
      (local.set $p (f32x4.add (f32x4.mul (local.get $p) (local.get $r)) (local.get $c3)))
      (local.set $p (f32x4.add (f32x4.mul (local.get $p) (local.get $r)) (local.get $c4)))
      (local.set $p (f32x4.add (f32x4.mul (local.get $p) (local.get $r)) (local.get $c5)))
      (local.set $p (f32x4.add (f32x4.mul (local.get $p) (local.get $r)) (local.get $c6)))
      (local.set $t (f32x4.mul (local.get $r) (local.get $r)))
      (local.set $p (f32x4.add (f32x4.mul (local.get $p) (local.get $t)) (local.get $r)))
      (local.set $p (f32x4.add (local.get $p) (local.get $one)))
      (local.set $n (i32x4.sub (local.get $n) (local.get $magic)))
      (local.set $half (i32x4.shr_s (local.get $n) (i32.const 1)))
      (local.set $n (i32x4.sub (local.get $n) (local.get $half)))
      (v128.store (local.get $to)
        (f32x4.mul
          (f32x4.mul (local.get $p) (i32x4.add (i32x4.shl (local.get $half) (i32.const 23)) (local.get $one)))
          (i32x4.add (i32x4.shl (local.get $n) (i32.const 23)) (local.get $one))))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1)))))))

;; to = $factor · |from|.
(func $timesMagnitude (param $from i32) (param $to i32) (param $vectors i32) (param $factor f32)
  (loop $each
    (v128.store (local.get $to)
      (f32x4.mul (f32x4.splat (local.get $factor)) (f32x4.abs (v128.load (local.get $from)))))
    (local.set $from (i32.add (local.get $from) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

;; to = 1 / (1 + e^−from): with e = e^−|x| it is 1 / (1 + e), or e / (1 + e) for x < 0; neither overflows.
(func (export "sigmoid") (param $from i32) (param $to i32) (param $vectors i32)
  (local $x v128) (local $e v128) (local $one v128)
  (call $timesMagnitude (local.get $from) (local.get $to) (local.get $vectors) (f32.const -1))
  (call $exp (local.get $to) (local.get $to) (local.get $vectors))
  (local.set $one (f32x4.splat (f32.const 1)))
  (loop $each
    (local.set $x (v128.load (local.get $from)))
    (local.set $e (v128.load (local.get $to)))
    (v128.store (local.get $to)
      (f32x4.div
        (v128.bitselect (local.get $e) (local.get $one)
          (f32x4.lt (local.get $x) (v128.const i32x4 0 0 0 0)))
        (f32x4.add (local.get $e) (local.get $one))))
    (local.set $from (i32.add (local.get $from) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))

;; to = tanh from: (1 − e) / (1 + e) with e = e^−2|x|, and a polynomial for |x| < 0.625, where 1 − e would lose digits
;; (coefficients of tanhf in Cephes).
(func (export "tanh") (param $from i32) (param $to i32) (param $vectors i32)
  (local $x v128) (local $e v128) (local $z v128) (local $p v128) (local $one v128)
  (local $c1 v128) (local $c2 v128) (local $c3 v128) (local $c4 v128) (local $c5 v128) (local $sign v128)
  (call $timesMagnitude (local.get $from) (local.get $to) (local.get $vectors) (f32.const -2))
  (call $exp (local.get $to) (local.get $to) (local.get $vectors))
  (local.set $one (f32x4.splat (f32.const 1)))
  (local.set $sign (f32x4.splat (f32.const -0)))
  (local.set $c1 (f32x4.splat (f32.const -5.70498872745e-3)))
  (local.set $c2 (f32x4.splat (f32.const 2.06390887954e-2)))
  (local.set $c3 (f32x4.splat (f32.const -5.37397155531e-2)))
  (local.set $c4 (f32x4.splat (f32.const 1.33314422036e-1)))
  (local.set $c5 (f32x4.splat (f32.const -3.33332819422e-1)))
  (loop $each
    (local.set $x (v128.load (local.get $from)))
    (local.set $e (v128.load (local.get $to)))
    (local.set $z (f32x4.mul (local.get $x) (local.get $x)))
    (local.set $p (f32x4.add (f32x4.mul (local.get $c1) (local.get $z)) (local.get $c2)))
    (local.set $p (f32x4.add (f32x4.mul (local.get $p) (local.get $z)) (local.get $c3)))
    (local.set $p (f32x4.add (f32x4.mul (local.get $p) (local.get $z)) (local.get $c4)))
    (local.set $p (f32x4.add (f32x4.mul (local.get $p) (local.get $z)) (local.get $c5)))
    (local.set $p (f32x4.mul (local.get $p) (local.get $z)))
    (local.set $p (f32x4.add (f32x4.mul (local.get $p) (local.get $x)) (local.get $x)))
    (local.set $e
      (f32x4.div (f32x4.sub (local.get $one) (local.get $e)) (f32x4.add (local.get $one) (local.get $e))))
    (local.set $e (v128.bitselect (local.get $x) (local.get $e) (local.get $sign)))
    (v128.store (local.get $to)
      (v128.bitselect (local.get $p) (local.get $e)
        (f32x4.lt (f32x4.abs (local.get $x)) (f32x4.splat (f32.const 0.625)))))
    (local.set $from (i32.add (local.get $from) (i32.const 16)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (br_if $each (local.tee $vectors (i32.sub (local.get $vectors) (i32.const 1))))))
