import { useMutationState, type Mutation } from '@tanstack/react-query';
import { orderKey, type Order, type Receipt } from './orders.ts';

/** The user's orders since the page was loaded. They exist only in TanStack Query's cache. */
export function Orders() {
  const orders = useMutationState({
    filters: { mutationKey: orderKey },
    select: ({ mutationId, state }: Mutation<Receipt, Error, Order>) => ({ mutationId, ...state }),
  });
  return (
    <section className="card" aria-labelledby="orders">
      <h2 id="orders">Your orders</h2>
      {orders.length === 0 && <p className="quiet">None yet.</p>}
      <ol className="orders" aria-live="polite">
        {orders.toReversed().map(({ mutationId, variables, data, status, isPaused }) => (
          <li key={mutationId} data-status={status}>
            <span>
              {variables?.quantity} × {variables?.part}
            </span>
            <span className="quiet">{noteOf(status, isPaused, data)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function noteOf(status: string, isPaused: boolean, receipt: Receipt | undefined): string {
  if (receipt !== undefined) return `sent by ${receipt.user}, no. ${receipt.sha256.slice(0, 8)}`;
  if (status === 'error') return 'not sent';
  return isPaused ? 'waiting for the network' : 'sending…';
}
