// How long the engine takes for what training is made of, beside its peers.

import { seed } from "@shapelens/engine";
import { type About, type Benchmark } from "./benchmark";
import { convolutionBenchmarks } from "./engine/convolution";
import { elementwiseBenchmarks } from "./engine/elementwise";
import { layerBenchmarks } from "./engine/layers";
import { measureLimit } from "./engine/limit";
import { matmulBenchmarks } from "./engine/matmul";
import { startPeers, versions } from "./engine/peers";
import { curveBenchmarks, trainingBenchmarks } from "./engine/training";

export { reports } from "./engine/reports";

export async function about(): Promise<About> {
  const limit = await measureLimit();
  const { relaxed, perNanosecond } = limit;
  return {
    lines: [
      versions(),
      `Node ${process.versions.node}, ${relaxed ? "with" : "without"} relaxed SIMD: at most ${perNanosecond.toFixed(1)} Gop/s with 128-bit SIMD on one thread.`,
    ],
    limit,
  };
}

export async function benchmarks(): Promise<Benchmark[]> {
  seed(0);
  await startPeers();
  return [
    ...matmulBenchmarks(),
    ...convolutionBenchmarks(),
    ...trainingBenchmarks(),
    ...layerBenchmarks(),
    ...elementwiseBenchmarks(),
    ...curveBenchmarks(),
  ];
}
