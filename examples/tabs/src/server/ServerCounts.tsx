import type { ServerRecord } from './serverRecord.ts';

/** The figures that prove it. */
export function ServerCounts({ record }: { readonly record: ServerRecord | undefined }) {
  const { answered = 0, refreshes = 0, reused = 0 } = record ?? {};
  return (
    <section className="card" aria-labelledby="server">
      <h2 id="server">At the server</h2>
      <dl className="counts">
        <div>
          <dt>Requests answered</dt>
          <dd>{answered}</dd>
        </div>
        <div>
          <dt>Refreshes, of all tabs together</dt>
          <dd>{refreshes}</dd>
        </div>
        <div data-good={reused === 0}>
          <dt>Refresh tokens seen twice</dt>
          <dd>{reused}</dd>
        </div>
      </dl>
      <p className="quiet">
        It takes a refresh token once. One that comes a second time would sign out every tab.
      </p>
    </section>
  );
}
