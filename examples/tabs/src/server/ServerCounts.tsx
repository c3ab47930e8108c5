import type { ServerRecord } from './serverRecord.ts';

/** The server's counts, which prove that there is one refresh. */
export function ServerCounts({ record }: { readonly record: ServerRecord | undefined }) {
  const { answered = 0, refreshes = 0, reused = 0 } = record ?? {};
  return (
    <section className="card" aria-labelledby="server">
      <h2 id="server">Server</h2>
      <dl className="counts">
        <div>
          <dt>Requests answered</dt>
          <dd>{answered}</dd>
        </div>
        <div>
          <dt>Refreshes by all tabs</dt>
          <dd>{refreshes}</dd>
        </div>
        <div data-good={reused === 0}>
          <dt>Refresh tokens used twice</dt>
          <dd>{reused}</dd>
        </div>
      </dl>
      <p className="quiet">
        The server accepts a refresh token only once. If one were used twice, it would sign out every tab.
      </p>
    </section>
  );
}
