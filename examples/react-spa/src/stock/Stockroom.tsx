import { useIsFetching, useQuery, useQueryClient } from '@tanstack/react-query';
import { OrderForm } from './OrderForm.tsx';
import { Orders } from './Orders.tsx';
import { PartCard } from './PartCard.tsx';
import { accountQuery, partNumbers } from './parts.ts';
import { ThingsToTry } from './ThingsToTry.tsx';

export function Stockroom() {
  const queryClient = useQueryClient();
  const fetching = useIsFetching();
  const { data: account } = useQuery(accountQuery);
  return (
    <main className="stockroom">
      <div className="heading">
        <div>
          <h1>Stock</h1>
          <p className="quiet">{account ? `Loaded for ${account.email}` : 'Loading…'}</p>
        </div>
        <button type="button" onClick={() => void queryClient.invalidateQueries()}>
          {fetching > 0 ? `Waiting for ${fetching}…` : 'Reload'}
        </button>
      </div>
      <ul className="parts" aria-label="Parts" aria-busy={fetching > 0}>
        {partNumbers.map((n) => (
          <li key={n}>
            <PartCard n={n} />
          </li>
        ))}
      </ul>
      <div className="ordering">
        <OrderForm />
        <Orders />
      </div>
      <ThingsToTry />
    </main>
  );
}
