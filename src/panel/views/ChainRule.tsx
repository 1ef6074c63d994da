// The chain rule of one dense layer, on its own numbers.

import { type ComponentChildren } from "preact";
import { type TensorSample } from "../../protocol/worker";
import { asMatrix, type DenseLayer, transposed } from "../chainRule";
import { TensorView } from "./TensorView";

interface ChainRuleProps {
  readonly layer: DenseLayer;
  readonly nameOf: (id: number) => string;
}

export function ChainRule({ layer, nameOf }: ChainRuleProps) {
  const { x, weight, bias, z, activation, isTransposed, flowsOn } = layer;
  const [xName, wName] = [nameOf(x.id), nameOf(weight.id)];
  const zName = "z";
  const toZ = <Part label={d(zName)} sample={z.gradient!} isGradient />;
  const product = isTransposed ? `${xName} · ${wName}ᵀ` : `${xName} · ${wName}`;
  return (
    <details class="chain" open>
      <summary>
        The chain rule here
        <span class="faint">
          {" "}
          z = {product}
          {bias && ` + ${nameOf(bias.id)}`}
          {activation && `, ${nameOf(activation.a.id)} = ${activation.op}(z)`}
        </span>
      </summary>
      {activation && (
        <Equation
          name={d(zName)}
          rule={`${d(nameOf(activation.a.id))} ⊙ ${activation.op}′(z)`}
          words={`What arrives from ${nameOf(activation.a.id)}, each number times the slope of ${activation.op} at its z.`}
        >
          <Part label={d(nameOf(activation.a.id))} sample={activation.a.gradient!} isGradient />
          <Sign>⊙</Sign>
          <Part label={`${activation.op}′(z)`} sample={activation.derivative} />
          <Sign>=</Sign>
          {toZ}
        </Equation>
      )}
      {isTransposed ? (
        <Equation
          name={d(wName)}
          rule={`(${d(zName)})ᵀ · ${xName}`}
          words={`Each weight joins one input with one output: over all rows, their products add up. ${wName} is stored [out, in].`}
        >
          <Part label={`(${d(zName)})ᵀ`} sample={transposed(z.gradient!)} isGradient />
          <Sign>·</Sign>
          <Part label={xName} sample={asMatrix(x.value)} />
          <Sign>=</Sign>
          <Part label={d(wName)} sample={weight.gradient!} isGradient />
        </Equation>
      ) : (
        <Equation
          name={d(wName)}
          rule={`${xName}ᵀ · ${d(zName)}`}
          words="Each weight joins one input with one output: over all rows, their products add up."
        >
          <Part label={`${xName}ᵀ`} sample={transposed(x.value)} />
          <Sign>·</Sign>
          {toZ}
          <Sign>=</Sign>
          <Part label={d(wName)} sample={weight.gradient!} isGradient />
        </Equation>
      )}
      {bias?.gradient && (
        <Equation
          name={d(nameOf(bias.id))}
          rule={`Σ rows of ${d(zName)}`}
          words="The bias is added to every row, so the gradients of all rows add up."
        >
          <Sign>Σ rows</Sign>
          {toZ}
          <Sign>=</Sign>
          <Part label={d(nameOf(bias.id))} sample={bias.gradient} isGradient />
        </Equation>
      )}
      {flowsOn && (
        <Equation
          name={d(xName)}
          rule={isTransposed ? `${d(zName)} · ${wName}` : `${d(zName)} · ${wName}ᵀ`}
          words={`What flows on to the layer before, as what arrives at ${xName}.`}
        >
          {toZ}
          <Sign>·</Sign>
          {isTransposed ? (
            <Part label={wName} sample={weight.value} />
          ) : (
            <Part label={`${wName}ᵀ`} sample={transposed(weight.value)} />
          )}
          <Sign>=</Sign>
          <Part label={d(xName)} sample={x.gradient!} isGradient />
        </Equation>
      )}
    </details>
  );
}

/** ∂L/∂name, in brackets when the name is a formula. */
export function d(name: string): string {
  return /[ ·+−×/]/.test(name) ? `∂L/∂(${name})` : `∂L/∂${name}`;
}

function Equation({
  name,
  rule,
  words,
  children,
}: {
  name: string;
  rule: string;
  words: string;
  children: ComponentChildren;
}) {
  return (
    <section class="equation" aria-label={`${name} = ${rule}`}>
      <h4>
        {name} = {rule}
      </h4>
      <p>{words}</p>
      <div class="row">{children}</div>
    </section>
  );
}

function Part(props: { label: string; sample: TensorSample; isGradient?: boolean }) {
  return <TensorView {...props} isCompact />;
}

function Sign({ children }: { children: ComponentChildren }) {
  return <span class="sign">{children}</span>;
}
