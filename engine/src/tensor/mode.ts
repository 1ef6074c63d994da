// The engine's two modes. With numbers: the ordinary one. Shape-only: everything that would make numbers makes
// abstract tensors instead, so that a program can be followed without being computed.

let shapeOnly = false;

export function isShapeOnly(): boolean {
  return shapeOnly;
}

/** Runs with every new tensor abstract: same shapes, same errors, no numbers. */
export function withoutData<T>(run: () => T): T {
  const before = shapeOnly;
  shapeOnly = true;
  try {
    return run();
  } finally {
    shapeOnly = before;
  }
}
