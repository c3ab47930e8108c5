import type { Session } from 'sessionchart';
import { useState, type ReactElement } from 'react';
import { whyNot } from './refusals.ts';

interface OrderFormProps {
  readonly session: Session;
  readonly onNotice: (notice: string) => void;
}

/** A form that takes long to fill in. */
export function OrderForm({ session, onNotice }: OrderFormProps): ReactElement {
  const [card, setCard] = useState('');
  const order = () => {
    onNotice('Your order is on its way …');
    const answered = session.api.post('api/echo', { json: { card } }).json();
    void answered.then(
      () => onNotice('Your order is placed.'),
      (error: unknown) => onNotice(whyNot(error)),
    );
  };
  return (
    <form
      aria-label="New order"
      onSubmit={(event) => {
        event.preventDefault();
        order();
      }}
    >
      <h3>Send flowers</h3>
      <label>
        Words for the card
        <textarea rows={2} value={card} onChange={({ target }) => setCard(target.value)} />
      </label>
      <button>Order</button>
    </form>
  );
}
