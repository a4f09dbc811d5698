/**
 * The accuracy matrix's colours are a ramp between two tokens, mixed by CSS; this is the one number
 * that CSS cannot derive: the share from which a cell is dark (or, in the dark scheme, light) enough
 * for the other text colour. Only between luminance .175 and .183 do black and white both keep a
 * contrast of 4.5; the tokens are chosen so that both schemes pass there at this share.
 */
export const TEXT_TURNS_AT = 0.61;
