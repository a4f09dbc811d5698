/**
 * What a layer and a parameter are for. Models and layer files declare it. A layout that keeps the head dense, a mask
 * and a report decide by the role, never by a name or a number of dimensions.
 */

/**
 * The part of the network that a layer belongs to: the first layer over the images, the rest of the main path, a
 * projection beside it, the layer that makes the logits, or what turns images or places into tokens.
 */
export type LayerRole = 'stem' | 'body' | 'shortcut' | 'head' | 'embedding';

/**
 * How a parameter is used: a matrix is multiplied with activations and may be sparse; a vector has a number for each
 * channel; a table, of any shape, is added or looked up by place, and is never sparse.
 */
export type ParameterRole = 'matrix' | 'vector' | 'table';
