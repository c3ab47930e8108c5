import { useMutation, useQueries } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useNavigate, useParams } from 'react-router';
import { orderMutation } from './orders.ts';
import { partNumbers, partQuery } from './parts.ts';

const blank = { quantity: '1', note: '' };

export function OrderForm() {
  const [draft, setDraft] = useState(blank);
  const { n } = useParams();
  const navigate = useNavigate();
  const parts = useQueries({ queries: partNumbers.map(partQuery) });
  const order = useMutation(orderMutation);
  const names = parts.map(({ data }, index) => data?.name ?? `Part ${index + 1}`);
  const chosen = Math.max(0, partNumbers.map(String).indexOf(n ?? ''));

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (order.isPending) return;
    order.mutate(
      { part: names[chosen] ?? '', quantity: Number(draft.quantity), note: draft.note },
      { onSuccess: () => setDraft(blank) },
    );
  }

  return (
    <form className="card fields" aria-labelledby="order" onSubmit={submit}>
      <h2 id="order">Order</h2>
      <div className="row">
        <label>
          Part
          <select
            value={chosen}
            onChange={({ target }) => void navigate(`/parts/${Number(target.value) + 1}`)}
          >
            {names.map((name, index) => (
              <option key={name} value={index}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Quantity
          <input
            type="number"
            min="1"
            max="99"
            required
            readOnly={order.isPending}
            value={draft.quantity}
            onChange={({ target }) => setDraft({ ...draft, quantity: target.value })}
          />
        </label>
      </div>
      <label>
        Note
        <textarea
          rows={2}
          readOnly={order.isPending}
          value={draft.note}
          onChange={({ target }) => setDraft({ ...draft, note: target.value })}
        />
      </label>
      <p className="problem" role="alert">
        {order.isError && 'The order could not be sent. Please try again.'}
      </p>
      <button className="primary" type="submit" aria-disabled={order.isPending}>
        {order.isPending ? 'Sending…' : 'Send order'}
      </button>
    </form>
  );
}
