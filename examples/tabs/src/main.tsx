import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from './Page.tsx';
import { observer } from './session.ts';
import { claimTabName } from './tabs/tabNames.ts';
import './style.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

await claimTabName(observer.id);
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
