import type { Session } from 'sessionchart';
import { useState, type ReactElement } from 'react';
import { whyNot } from './refusals.ts';

interface OrderFormProps {
  readonly session: Session;
  readonly onNotice: (notice: string) => void;
}

/** A form whose contents the user does not want to lose. */
export function OrderForm({ session, onNotice }: OrderFormProps): ReactElement {
  const [card, setCard] = useState('');
  const order = () => {
    onNotice('Sending your order …');
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
        Message on the card
        <textarea rows={2} value={card} onChange={({ target }) => setCard(target.value)} />
      </label>
      <button>Order</button>
    </form>
  );
}
