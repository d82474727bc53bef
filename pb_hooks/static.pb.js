routerAdd('GET', '/{path...}', (e) => require(`${__hooks}/lib/static.js`).serve(e));
