// The dimension algebra against plain integer arithmetic: whatever it simplifies, the number must stay the same.

import {
  addDims,
  ceilDivDims,
  type Dim,
  DimExpr,
  dimsAtMost,
  dimsEqual,
  divides,
  equalOnlyAtOne,
  exactDivDims,
  Facts,
  floorDivDims,
  formatDim,
  maxDims,
  minDims,
  modDims,
  mulDims,
  NeedsValue,
  subDims,
  symbol,
  withFacts,
} from "@shapelens/engine/tooling";
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Atom, type Polynomial } from "../../../engine/src/shape/polynomial";

type Assignment = ReadonlyMap<string, number>;

/** The number a normal form stands for when its symbols have these values. */
function evaluate(p: Polynomial, values: Assignment): number {
  const atom = (a: Atom): number => {
    switch (a.kind) {
      case "symbol":
        return values.get(a.name)!;
      case "floor":
        return Math.floor(evaluate(a.numerator, values) / evaluate(a.denominator, values));
      case "sum":
        return evaluate(a.sum, values);
      default:
        return Math[a.kind](...a.items.map((item) => evaluate(item, values)));
    }
  };
  const terms = p.terms.map(
    (t) => t.factors.reduce((product, f) => product * atom(f.atom) ** f.power, t.numerator) / t.denominator,
  );
  return terms.reduce((sum, term) => sum + term, 0);
}

const symbols = { H: symbol("H"), W: symbol("W", 1), B: symbol("B") };

interface Expression {
  readonly dim: Dim;
  /** The same expression in plain arithmetic. */
  readonly value: (values: Assignment) => number;
}

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  fc.integer({ min: -6, max: 12 }).map((n) => ({ dim: DimExpr.constant(n), value: () => n })),
  fc.constantFrom(...Object.entries(symbols)).map(([name, dim]) => ({ dim, value: (v: Assignment) => v.get(name)! })),
);

const expression = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc
      .tuple(fc.constantFrom("add", "sub", "mul", "min", "max"), tie("tree"), tie("tree"))
      .map(([op, a, b]): Expression => {
        const dims = { add: addDims, sub: subDims, mul: mulDims, min: minDims, max: maxDims };
        const plain = {
          add: (x: number, y: number) => x + y,
          sub: (x: number, y: number) => x - y,
          mul: (x: number, y: number) => x * y,
          min: Math.min,
          max: Math.max,
        };
        return { dim: dims[op](a.dim, b.dim), value: (v) => plain[op](a.value(v), b.value(v)) };
      }),
    fc
      .tuple(fc.constantFrom("floor", "ceil", "mod"), tie("tree"), fc.integer({ min: 1, max: 9 }))
      .map(([op, a, n]): Expression => {
        const dims = { floor: floorDivDims, ceil: ceilDivDims, mod: modDims };
        const plain = {
          floor: (x: number) => Math.floor(x / n),
          ceil: (x: number) => Math.ceil(x / n),
          mod: (x: number) => x - n * Math.floor(x / n),
        };
        return { dim: dims[op](a.dim, n), value: (v) => plain[op](a.value(v)) };
      }),
  ),
})).tree;

const assignment = fc
  .record({ H: fc.nat(30), W: fc.integer({ min: 1, max: 30 }), B: fc.nat(30) })
  .map((record): Assignment => new Map(Object.entries(record)));

const polynomialOf = (dim: Dim): Polynomial => (typeof dim === "number" ? DimExpr.constant(dim) : dim).polynomial;

describe("Dim", () => {
  it("keeps the value of every expression it simplifies", () => {
    fc.assert(
      fc.property(expression, assignment, (e, values) => {
        const expected = e.value(values);
        assert.ok(
          Math.abs(evaluate(polynomialOf(e.dim), values) - expected) < 1e-6,
          `${formatDim(e.dim)} ≠ ${expected}`,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("says yes, no and at most only where every assignment agrees", () => {
    fc.assert(
      fc.property(expression, expression, fc.array(assignment, { minLength: 1, maxLength: 8 }), (a, b, all) => {
        const equal = dimsEqual(a.dim, b.dim);
        const atMost = dimsAtMost(a.dim, b.dim);
        for (const values of all) {
          const [x, y] = [a.value(values), b.value(values)];
          const told = `${formatDim(a.dim)} and ${formatDim(b.dim)} at ${JSON.stringify([...values])}`;
          if (equal !== "unknown") assert.equal(x === y, equal === "yes", told);
          if (atMost !== "unknown") assert.equal(x <= y, atMost === "yes", told);
          const areLarge = [...values.values()].every((value) => value > 1);
          if (areLarge && x !== 0 && equalOnlyAtOne(a.dim, b.dim)) assert.notEqual(x, y, told);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("says that a number divides an expression only where it does", () => {
    fc.assert(
      fc.property(expression, fc.integer({ min: 1, max: 8 }), assignment, (e, n, values) => {
        const answer = divides(n, e.dim);
        if (answer !== "unknown")
          assert.equal(e.value(values) % n === 0, answer === "yes", `${n} | ${formatDim(e.dim)}`);
      }),
      { numRuns: 2000 },
    );
  });

  const { H, W, B } = symbols;
  const identities: [string, () => Dim, () => Dim][] = [
    ["N · (D / N) = D", () => mulDims(B, exactDivDims(H, B)), () => H],
    ["(B·H·W) / (B·H) = W", () => exactDivDims(mulDims(mulDims(B, H), W), mulDims(B, H)), () => W],
    ["(H² − 1) / (H + 1) = H − 1", () => exactDivDims(subDims(mulDims(H, H), 1), addDims(H, 1)), () => subDims(H, 1)],
    ["(H + 1) · (B / (H + 1)) = B", () => mulDims(addDims(H, 1), exactDivDims(B, addDims(H, 1))), () => B],
    ["floor((2·H + 3) / 2) = H + 1", () => floorDivDims(addDims(mulDims(H, 2), 3), 2), () => addDims(H, 1)],
    ["floor(floor(H / 2) / 3) = floor(H / 6)", () => floorDivDims(floorDivDims(H, 2), 3), () => floorDivDims(H, 6)],
    [
      "floor((floor(H / 2) + 1) / 2) = floor((H + 2) / 4)",
      () => floorDivDims(addDims(floorDivDims(H, 2), 1), 2),
      () => floorDivDims(addDims(H, 2), 4),
    ],
    ["floor(4·H / 6) = floor(2·H / 3)", () => floorDivDims(mulDims(H, 4), 6), () => floorDivDims(mulDims(H, 2), 3)],
    ["H mod 1 = 0", () => modDims(H, 1), () => 0],
    ["max(H, 0) = H", () => maxDims(H, 0), () => H],
    ["min(H, H + 2) = H", () => minDims(H, addDims(H, 2)), () => H],
  ];
  for (const [name, left, right] of identities) {
    it(`knows that ${name}`, () => assert.equal(dimsEqual(left(), right()), "yes"));
  }

  it("knows what can never be equal", () => {
    assert.equal(dimsEqual(H, addDims(H, 1)), "no");
    assert.equal(dimsEqual(addDims(W, H), 0), "no", "W is at least 1");
    assert.equal(dimsEqual(mulDims(H, 2), addDims(mulDims(B, 4), 1)), "no", "even and odd");
    assert.equal(dimsEqual(W, floorDivDims(W, 2)), "no", "a half is less");
    assert.equal(dimsEqual(W, maxDims(0, subDims(W, 2))), "no", "whichever is larger");
    assert.equal(dimsEqual(W, floorDivDims(addDims(W, 1), 2)), "unknown", "equal where W is 1");
    assert.equal(dimsEqual(H, B), "unknown");
    assert.equal(dimsEqual(symbol("H"), symbol("H")), "unknown", "a name is not an identity");
  });

  it("lets plain arithmetic work on constants and refuses symbols", () => {
    assert.equal(2 * (DimExpr.constant(21) as unknown as number), 42);
    assert.throws(() => 2 * (H as unknown as number), NeedsValue);
  });

  const texts: [Dim, string][] = [
    [addDims(floorDivDims(subDims(H, 2), 3), 1), "floor((H + 1)/3)"],
    [floorDivDims(addDims(H, 3), 2), "floor((H + 1)/2) + 1"],
    [mulDims(3, H), "3*H"],
    [exactDivDims(H, B), "H/B"],
    [exactDivDims(H, 4), "H/4"],
    [subDims(2, H), "2 - H"],
    [mulDims(addDims(H, 1), W), "H*W + W"],
    [minDims(H, 5), "min(H, 5)"],
    [DimExpr.constant(-3), "-3"],
  ];
  for (const [dim, text] of texts) it(`writes ${text}`, () => assert.equal(formatDim(dim), text));
});

describe("Facts", () => {
  const fresh = (): [Dim, Dim, DimExpr, DimExpr] => {
    const [N, D] = [symbol("N"), symbol("D")];
    return [N, D, N, D];
  };

  it("knows by one multiple what it says of others", () => {
    const [H] = fresh();
    const facts = new Facts();
    facts.learnDivides(polynomialOf(4), polynomialOf(H));
    withFacts(facts, () => {
      assert.equal(divides(2, floorDivDims(H, 2)), "yes");
      assert.equal(divides(8, H), "unknown");
      assert.equal(dimsEqual(mulDims(2, floorDivDims(floorDivDims(H, 2), 2)), floorDivDims(H, 2)), "yes");
      assert.equal(dimsEqual(floorDivDims(addDims(H, 2), 4), exactDivDims(H, 4)), "yes");
    });
  });

  it("learns from a quotient that comes back whole that it is", () => {
    const [H] = fresh();
    const half = floorDivDims(H, 2);
    const facts = new Facts();
    withFacts(facts, () => {
      // As a network of two levels asks for them: the inner one first.
      facts.learnEqual(polynomialOf(mulDims(2, floorDivDims(half, 2))), polynomialOf(half));
      assert.equal(divides(2, H), "unknown");
      facts.learnEqual(polynomialOf(mulDims(2, half)), polynomialOf(H));
      assert.equal(divides(4, H), "yes");
      assert.equal(divides(8, H), "unknown");
    });
  });

  it("divides only where every number with the known multiples does", () => {
    const known = fc.array(fc.tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 4 })), { maxLength: 3 });
    fc.assert(
      fc.property(known, fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 4 }), (multiples, q, by) => {
        const H = symbol("H");
        const facts = new Facts();
        withFacts(facts, () => {
          for (const [divisor, of] of multiples)
            facts.learnDivides(polynomialOf(divisor), polynomialOf(floorDivDims(H, of)));
          const answer = divides(q, floorDivDims(H, by));
          if (answer !== "yes") return;
          for (let h = 0; h < 300; h++) {
            if (multiples.some(([divisor, of]) => Math.floor(h / of) % divisor !== 0)) continue;
            assert.equal(Math.floor(h / by) % q, 0, `${q} | floor(${h}/${by}) where ${JSON.stringify(multiples)}`);
          }
        });
      }),
      { numRuns: 1000 },
    );
  });

  it("says more of sizes by what is known of them, and only what every such number confirms", () => {
    const atMost = fc.tuple(expression, expression);
    const values = fc.array(assignment, { minLength: 20, maxLength: 20 });
    let more = 0;
    fc.assert(
      fc.property(
        fc.array(atMost, { minLength: 1, maxLength: 2 }),
        expression,
        expression,
        values,
        (known, a, b, all) => {
          const facts = new Facts();
          for (const [small, large] of known) facts.learnAtMost(polynomialOf(small.dim), polynomialOf(large.dim));
          const holds = (v: Assignment): boolean => known.every(([small, large]) => small.value(v) <= large.value(v));
          withFacts(facts, () => {
            const [least, equal] = [dimsAtMost(a.dim, b.dim), dimsEqual(a.dim, b.dim)];
            const smaller = minDims(a.dim, b.dim);
            if (least !== withFacts(new Facts(), () => dimsAtMost(a.dim, b.dim))) more++;
            for (const v of all.filter(holds)) {
              const [x, y] = [a.value(v), b.value(v)];
              if (least !== "unknown") assert.equal(x <= y, least === "yes");
              if (equal !== "unknown") assert.equal(x === y, equal === "yes");
              if (smaller === a.dim) assert.ok(x <= y);
            }
          });
        },
      ),
      { numRuns: 1500 },
    );
    assert.ok(more > 20, `${more} answers came from what was known`);
  });

  it("keeps what it knows of the size of a length that turns out to be another", () => {
    const [N, D] = fresh();
    const facts = new Facts();
    withFacts(facts, () => {
      facts.learnAtMost(polynomialOf(8), polynomialOf(N));
      facts.learnAtMost(polynomialOf(N), polynomialOf(20));
      facts.learnEqual(polynomialOf(N), polynomialOf(mulDims(D, 2)));
      assert.equal(dimsAtMost(4, D), "yes");
      assert.equal(dimsAtMost(D, 10), "yes");
      assert.equal(dimsAtMost(5, D), "unknown");
    });
  });

  it("solves for the one length that a product leaves open", () => {
    const [N, D] = fresh();
    const facts = new Facts();
    withFacts(facts, () => {
      facts.learnEqual(polynomialOf(mulDims(N, D)), polynomialOf(mulDims(8, N)));
      assert.equal(formatDim(D), "8");
    });
  });

  it("puts an equality into everything that mentions the symbol", () => {
    const [N, D] = fresh();
    withFacts(new Facts(), () => {
      const facts = new Facts();
      facts.learnEqual(polynomialOf(N), polynomialOf(mulDims(D, 2)));
      withFacts(facts, () => {
        assert.equal(formatDim(addDims(N, 1)), "2*D + 1");
        assert.equal(dimsEqual(floorDivDims(N, 2), D), "yes");
      });
    });
  });

  it("makes a floor exact once the division is known to be", () => {
    const [, D] = fresh();
    const half = floorDivDims(D, 2);
    assert.equal(dimsEqual(mulDims(half, 2), D), "unknown");
    const facts = new Facts();
    facts.learnDivides(polynomialOf(2), polynomialOf(D));
    withFacts(facts, () => {
      assert.equal(dimsEqual(mulDims(half, 2), D), "yes");
      assert.equal(divides(2, mulDims(D, 3)), "yes");
      assert.equal(divides(4, D), "unknown");
    });
    assert.equal(dimsEqual(mulDims(half, 2), D), "unknown", "facts end with their scope");
  });

  it("knows that ((H - 2)/2 + 1)·2 = H for even H", () => {
    const { H } = symbols;
    const facts = new Facts();
    facts.learnDivides(polynomialOf(2), polynomialOf(H));
    withFacts(facts, () => {
      const pooled = addDims(floorDivDims(subDims(H, 2), 2), 1);
      assert.equal(dimsEqual(mulDims(pooled, 2), H), "yes");
    });
  });

  it("remembers the value of a product", () => {
    const { H, W, B } = symbols;
    const facts = new Facts();
    facts.learnEqual(polynomialOf(mulDims(mulDims(B, H), W)), polynomialOf(784));
    withFacts(facts, () => assert.equal(formatDim(mulDims(mulDims(H, W), B)), "784"));
  });

  it("looks behind a factor that both sides share", () => {
    const { H, B } = symbols;
    const facts = new Facts();
    const square = mulDims(H, H);
    facts.learnEqual(polynomialOf(mulDims(square, B)), polynomialOf(mulDims(square, 3)));
    withFacts(facts, () => assert.equal(formatDim(B), "3"));
  });

  it("knows that nothing is nothing", () => {
    const { H } = symbols;
    const facts = new Facts();
    facts.learnEqual(polynomialOf(H), polynomialOf(0));
    withFacts(facts, () => assert.equal(formatDim(H), "0"));
  });

  it("learns nothing of two numbers", () => {
    const facts = new Facts();
    const { revision } = facts;
    facts.learnAtMost(polynomialOf(0), polynomialOf(2));
    facts.learnDivides(polynomialOf(2), polynomialOf(4));
    facts.learnEqual(polynomialOf(3), polynomialOf(3));
    assert.equal(facts.revision, revision);
  });

  it("calls a length what a person called it", () => {
    const [width, guess] = [symbol("width"), symbol("features", 1, undefined, true)];
    for (const [left, right] of [
      [width, guess],
      [guess, width],
    ] as const) {
      const facts = new Facts();
      facts.learnEqual(polynomialOf(left), polynomialOf(right));
      withFacts(facts, () => assert.equal(formatDim(guess), "width"));
    }
  });

  it("copies without sharing", () => {
    const [N, D] = fresh();
    const facts = new Facts();
    const copy = facts.copy();
    copy.learnEqual(polynomialOf(N), polynomialOf(D));
    assert.equal(
      withFacts(facts, () => dimsEqual(N, D)),
      "unknown",
    );
    assert.equal(
      withFacts(copy, () => dimsEqual(N, D)),
      "yes",
    );
  });
});
