export function Loading() {
  return (
    <main className="signIn">
      <p className="quiet" role="status">
        One moment…
      </p>
    </main>
  );
}
