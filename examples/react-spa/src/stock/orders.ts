import { mutationOptions } from '@tanstack/react-query';
import { session } from '../session.ts';

export interface Order {
  readonly part: string;
  readonly quantity: number;
  readonly note: string;
}

/** The server's confirmation of an order. */
export interface Receipt {
  readonly sha256: string;
  readonly length: number;
  readonly user: string;
}

export const orderKey = ['order'] as const;

export const orderMutation = mutationOptions({
  mutationKey: orderKey,
  mutationFn: (order: Order) => session.api.post('api/echo', { json: order }).json<Receipt>(),
  // The list of orders is read from the mutation cache.
  gcTime: Infinity,
});
