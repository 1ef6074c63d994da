// The error function and the normal distribution that is made of it: rational approximations in three ranges (Cody, 1969;
// the coefficients are those of CALERF in SPECFUN).

/** 2 / √π ∫₀ˣ e^−t² dt, to about 1e-15 of itself. */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude <= MIDDLE) return x * slopeNearZero(x * x);
  if (magnitude > 6) return Math.sign(x);
  return Math.sign(x) * (1 - tail(magnitude));
}

/** The probability that a normally distributed number is at most x, to about 1e-13 of itself. */
export function normalCdf(x: number): number {
  const z = x / Math.SQRT2;
  // Far below 0 the difference to 1 is all there is.
  return z < -MIDDLE ? 0.5 * tail(-z) : 0.5 * (1 + erf(z));
}

/** The density of the normal distribution. */
export const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/** Where the middle range begins, and the last one. */
const MIDDLE = 0.46875;
const LAST = 4;

/** erf x / x from x². */
function slopeNearZero(z: number): number {
  let over = 0.18577770618460315 * z + 3.1611237438705655;
  over = (over * z + 113.86415415105016) * z + 377.485237685302;
  over = over * z + 3209.3775891384694;
  let under = (z + 23.601290952344122) * z + 244.02463793444417;
  under = (under * z + 1282.6165260773723) * z + 2844.236833439171;
  return over / under;
}

/** 1 − erf x for x > 0.46875. */
function tail(x: number): number {
  if (x > LAST) return farTail(x);
  let over = 2.1531153547440383e-8 * x + 0.5641884969886701;
  over = (over * x + 8.883149794388377) * x + 66.11919063714163;
  over = (over * x + 298.6351381974001) * x + 881.952221241769;
  over = (over * x + 1712.0476126340707) * x + 2051.0783778260716;
  over = over * x + 1230.3393547979972;
  let under = (x + 15.744926110709835) * x + 117.6939508913125;
  under = (under * x + 537.1811018620099) * x + 1621.3895745666903;
  under = (under * x + 3290.7992357334597) * x + 4362.619090143247;
  under = (under * x + 3439.3676741437216) * x + 1230.3393548037495;
  return Math.exp(-x * x) * (over / under);
}

function farTail(x: number): number {
  const z = 1 / (x * x);
  let over = 0.016315387137302097 * z + 0.30532663496123236;
  over = (over * z + 0.36034489994980445) * z + 0.12578172611122926;
  over = (over * z + 0.016083785148742275) * z + 0.0006587491615298378;
  let under = (z + 2.568520192289822) * z + 1.8729528499234673;
  under = (under * z + 0.5279051029514285) * z + 0.06051834131244132;
  under = under * z + 0.0023352049762686918;
  return (Math.exp(-x * x) / x) * (1 / Math.sqrt(Math.PI) - (z * over) / under);
}
