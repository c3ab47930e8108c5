import type { Session } from 'sessionchart';
import { useState, type ReactElement } from 'react';
import { whyNot } from './refusals.ts';

const catalogue = ['Tulips, twenty', 'Peonies, white', 'A wreath of ivy'];

interface Shown {
  readonly text: string;
  readonly flowers: readonly string[];
}

/** Three concurrent calls, as in a dashboard. */
export function Orders({ session }: { readonly session: Session }): ReactElement {
  const [{ text, flowers }, show] = useState<Shown>({ text: 'Nothing loaded yet.', flowers: [] });
  const load = () => {
    show({ text: 'Loading …', flowers: [] });
    void loadOrders(session).then(show, (error: unknown) => show({ text: whyNot(error), flowers: [] }));
  };
  return (
    <section aria-label="Your orders">
      <h3>Your orders</h3>
      <button type="button" onClick={load}>
        Load orders
      </button>
      <output aria-label="Orders">{text}</output>
      <ul>
        {flowers.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </section>
  );
}

async function loadOrders({ api }: Session): Promise<Shown> {
  await Promise.all(catalogue.map((_, index) => api.get(`api/items/${index + 1}`).json()));
  return { text: `${catalogue.length} orders`, flowers: catalogue };
}
