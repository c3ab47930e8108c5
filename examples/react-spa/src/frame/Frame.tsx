import { Outlet } from 'react-router';
import { Backstage } from '../backstage/Backstage.tsx';

/** The application, and above it the controls. The devtools are docked. */
export function Frame() {
  return (
    <div className="frame">
      <Backstage />
      <div className="application">
        <Outlet />
      </div>
    </div>
  );
}
