// The computation in order: every operation with its tensors, and their gradients beside them.

import { useMemo } from "preact/hooks";
import { type ProgramInfo, type SourcePosition } from "../../protocol/panel";
import { type Computation, type TracedStep, type TracedValue } from "../../protocol/worker";
import { denseLayers } from "../chainRule";
import { baseName, formatShape } from "../format";
import { layerTitle, valueNames } from "../names";
import { ChainRule, d } from "./ChainRule";
import { TensorView } from "./TensorView";

interface ComputationViewProps {
  readonly computation: Computation;
  readonly positions: readonly (SourcePosition | undefined)[];
  readonly info: ProgramInfo | undefined;
  readonly onReveal: (position: SourcePosition) => void;
}

export function ComputationView({ computation, positions, info, onReveal }: ComputationViewProps) {
  const names = useMemo(() => valueNames(computation, positions, info), [computation, positions, info]);
  const chains = useMemo(() => denseLayers(computation), [computation]);
  const { steps, values, output, omitted } = computation;
  const shown = new Set<number>();
  const nameOf = (id: number): string => names[id]!;
  return (
    <section class="computation" aria-label="The computation, in order">
      {omitted > 0 && <p class="faint">{omitted} earlier operations are not shown.</p>}
      {groupsOf(steps).map(({ title, type, first, last }) => (
        <section key={first} class={title === undefined ? "group" : "group titled"}>
          {title !== undefined && (
            <h2>
              {title} {type !== undefined && <span class="tag">{type}</span>}
              <span class="shape"> {flowOf(steps.slice(first, last + 1), values, true)}</span>
            </h2>
          )}
          {steps.slice(first, last + 1).map((step, offset) => {
            const index = first + offset;
            const fresh = [...step.inputs, step.output].filter((id) => !shown.has(id));
            fresh.forEach((id) => shown.add(id));
            const chain = chains.get(index);
            return (
              <article key={index} class="step" data-op={step.op}>
                <header>
                  <span class="index">{index + 1}</span>
                  <strong class="name">{nameOf(step.output)}</strong>
                  {step.output === output && <span class="tag output">output</span>}
                  <code title={step.doc}>{callOf(step, nameOf)}</code>
                  <span class="shape">{flowOf([step], values, false)}</span>
                  <SourceLink position={positions[index]} onReveal={onReveal} />
                </header>
                <div class="row">
                  {[...new Set(fresh)].map((id) => (
                    <ValueView key={id} value={values[id]!} name={nameOf(id)} />
                  ))}
                </div>
                {chain !== undefined && <ChainRule layer={chain} nameOf={nameOf} />}
              </article>
            );
          })}
        </section>
      ))}
    </section>
  );
}

/** A value, and its gradient beside it. */
function ValueView({ value, name }: { value: TracedValue; name: string }) {
  const isScalar = value.value.shape.length === 0;
  if (isScalar && value.role === "constant") return null;
  return (
    <div class={`value ${value.role}`}>
      <TensorView label={name} sample={value.value} role={value.role === "activation" ? undefined : value.role} />
      {value.gradient !== undefined && !isScalar && <TensorView label={d(name)} sample={value.gradient} isGradient />}
    </div>
  );
}

/** The line of the source; a click goes there. */
export function SourceLink({
  position,
  onReveal,
}: {
  position?: SourcePosition;
  onReveal: (to: SourcePosition) => void;
}) {
  if (position === undefined) return null;
  const text = `${baseName(position.file)}:${position.line + 1}`;
  return (
    <button type="button" class="link" title={`Go to ${text}`} onClick={() => onReveal(position)}>
      {text}
    </button>
  );
}

interface Group {
  readonly title: string | undefined;
  readonly type: string | undefined;
  readonly first: number;
  readonly last: number;
}

/** Neighbouring operations of one call of a layer belong together; so do those of the loss. */
function groupsOf(steps: readonly TracedStep[]): readonly Group[] {
  const groups: Group[] = [];
  let lastKey: string | undefined;
  steps.forEach(({ layer, isLoss }, index) => {
    const key = isLoss ? "loss" : layer && `${layer.path} ${layer.call}`;
    const last = groups.at(-1);
    if (last !== undefined && key === lastKey) {
      groups[groups.length - 1] = { ...last, last: index };
    } else {
      const title = isLoss ? "The loss" : layer && layerTitle(layer.path);
      groups.push({ title, type: isLoss ? undefined : layer?.type, first: index, last: index });
    }
    lastKey = key;
  });
  return groups;
}

/** `[5, 3] · [3, 4] → [5, 4]`; for a layer, what comes in and what goes out. */
function flowOf(steps: readonly TracedStep[], values: readonly TracedValue[], isLayer: boolean): string {
  const first = steps[0]!;
  const sign = first.op === "matmul" ? " · " : ", ";
  const ids = isLayer ? first.inputs.slice(0, 1) : first.inputs;
  const from = ids.map((id) => formatShape(values[id]!.value.shape)).join(sign);
  return `${from} → ${formatShape(values[steps.at(-1)!.output]!.value.shape)}`;
}

/** `matmul(X, W1)`; numbers in place of tensors are written out. */
function callOf({ op, inputs }: TracedStep, nameOf: (id: number) => string): string {
  const text = `${op}(${inputs.map(nameOf).join(", ")})`;
  return text.length <= 60 ? text : op;
}
