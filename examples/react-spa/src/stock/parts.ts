import { queryOptions } from '@tanstack/react-query';
import { session, type User } from '../session.ts';

export interface Part {
  readonly n: number;
  readonly name: string;
  readonly stock: number;
  /** The user who made the request. */
  readonly user: string;
}

export const partNumbers = [1, 2, 3, 4, 5, 6] as const;

export const partQuery = (n: number) =>
  queryOptions({
    queryKey: ['parts', n],
    queryFn: ({ signal }) => session.api.get(`api/items/${n}`, { signal }).json<Part>(),
  });

export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => session.api.get('api/me', { signal }).json<User>(),
});
