/** Texts that stand for the values of a call, and the expressions that read those in a contract. */
export interface Marks {
  readonly credentials: object;
  readonly user: unknown;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The expression for a text or a number, or `undefined` if it is a constant. */
  readonly expressionOf: (value: unknown) => string | undefined;
}

/** Marks each value of the credentials and of the user. */
export function createMarks(credentials: object, user: unknown): Marks {
  const expressions = new Map<unknown, string>([
    ['sc-access-token', 'accessToken'],
    ['sc-refresh-token', 'refreshToken'],
  ]);
  let count = 987_650_000;

  function mark(value: unknown, expression: string): unknown {
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries<unknown>({ ...value }).map(([name, member]) => [
          name,
          mark(member, `${expression}.${name}`),
        ]),
      );
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    count += 1;
    const marked = typeof value === 'number' ? count : `sc-value-${count}`;
    expressions.set(marked, expression);
    return marked;
  }

  const marked = mark(credentials, 'credentials');
  return {
    credentials: typeof marked === 'object' && marked !== null ? marked : {},
    user: mark(user, 'user?'),
    accessToken: 'sc-access-token',
    refreshToken: 'sc-refresh-token',
    expressionOf: (value) => expressions.get(value),
  };
}
