// The bundler numbers modules by a hash that has the folder of the checkout in it. By name, the same commit gives the
// same bytes wherever it is built.
module.exports = { optimization: { moduleIds: 'named' } };
