const ignore = (): void => undefined;

/** Fixtures hold much that is worth a warning. */
export const quietLogger = { error: ignore, warn: ignore, info: ignore, debug: ignore };
