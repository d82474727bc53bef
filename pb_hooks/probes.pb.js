routerAdd('GET', '/api/countersign/health', (e) => e.json(200, { ok: true }));
routerAdd('GET', '/api/countersign/ready', (e) => require(`${__hooks}/lib/probes.js`).ready(e));
