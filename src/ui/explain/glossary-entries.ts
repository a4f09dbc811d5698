/**
 * The field's words in plain ones. `[[word]]` is a link to another entry, by its anchor or its name. In the order of
 * the alphabet.
 */

export interface Entry {
  readonly term: string;
  readonly text: string;
}

export const ENTRIES: readonly Entry[] = [
  {
    term: 'accuracy',
    text: 'The share of test images that are answered rightly. Here it is measured for every [[task]] by itself.',
  },
  {
    term: 'accuracy matrix',
    text: 'R, with a row for each [[task]] that has been trained on and a column for each that is tested. Reading down a column shows what becomes of one task.',
  },
  {
    term: 'activation',
    text: 'A value that a layer hands on to the next. Training must keep most of them until the [[backward pass]] has used them, which often takes more memory than the [[weight|weights]].',
  },
  {
    term: 'augmentation',
    text: 'Small random changes to a training image, here a shifted crop and a mirror image, so that the network does not learn the single picture by heart.',
  },
  {
    term: 'averaged weights',
    text: 'A second network that follows the trained one slowly, as a running mean of it. It is steadier, and is tested in its place where the config asks for it. Also called EMA, exponential moving average.',
  },
  {
    term: 'backward pass',
    text: 'The way back through the network, from the [[loss]] to every layer, that yields the [[gradient]]. It costs about twice what the [[forward pass]] does.',
  },
  {
    term: 'backward transfer',
    text: 'What learning later [[task|tasks]] has done to earlier ones: accuracy now less accuracy right after a task was learnt, as a mean. Mostly it is negative; BWT for short.',
  },
  {
    term: 'batch',
    text: 'The images that one [[step]] works on together. Their losses are averaged, and the network moves once for all of them.',
  },
  {
    term: 'batch normalisation',
    text: 'A layer that brings every channel to mean 0 and variance 1 over the [[batch]], then scales and shifts it by learnt numbers. When testing, it uses running means instead.',
  },
  {
    term: 'block',
    text: 'A small rectangle of [[weight|weights]], such as 8 output by 8 input channels at one tap, that lives or dies as one. A graphics processor can leave out whole blocks and save the time.',
  },
  {
    term: 'budget',
    text: 'How the [[density]] of the whole network is shared out to its layers: the same for each, or more for small ones ([[erk|ERK]]).',
  },
  {
    term: 'chance',
    text: 'The accuracy of a blind guess: one divided by the number of possible answers. An accuracy means something only beside it.',
  },
  {
    term: 'channel',
    text: 'One of the parallel maps that a convolution reads or writes. Leaving out a channel leaves out its [[filter]] and all that reads it.',
  },
  {
    term: 'class-incremental',
    text: 'Testing with every class of the head as a possible answer, so that the network must also tell which [[task]] a picture is from. The harder of the two ways to ask.',
  },
  {
    term: 'continual learning',
    text: 'Learning one thing after another, without the earlier data at hand, and keeping what was learnt. The opposite of shuffling everything together first.',
  },
  {
    term: 'cross-entropy',
    text: 'The usual [[loss]] of a classifier: minus the logarithm of the probability that it gave to the right class.',
  },
  {
    term: 'DDR',
    text: 'Dynamic data removal: images that give the network no trouble are left out for the rest of a [[task]], so that [[step|steps]] are spent on the others.',
  },
  {
    term: 'density',
    text: 'The share of the [[weight|weights]] that live: one minus the [[sparsity]].',
  },
  {
    term: 'DGM',
    text: 'Dynamic gradient masking: of the live [[weight|weights]] only those with the most important [[gradient|gradients]] are moved.',
  },
  {
    term: 'distillation',
    text: 'Training a network to give the answers of another one, or of its own earlier self, rather than labels alone.',
  },
  {
    term: 'drop',
    text: 'To take a live [[weight]] or [[block]] out of the [[mask]]. Its value is gone; if it ever comes back, it starts from 0.',
  },
  {
    term: 'dynamic',
    text: 'The rule by which a [[mask]] moves while the network trains: when, what is [[drop|dropped]], and what is [[grow|grown]].',
  },
  {
    term: 'epoch',
    text: 'One pass over all training images of a [[task]], in a new random order.',
  },
  {
    term: 'ERK',
    text: 'Erdős–Rényi kernel: a [[budget]] under which small layers stay denser than large ones, with as many live weights in all.',
  },
  {
    term: 'exemplar',
    text: 'An image that is kept to stand for its class.',
  },
  {
    term: 'feature',
    text: 'What the last layer before the [[head]] hands it: the network’s own description of a picture.',
  },
  {
    term: 'filter',
    text: 'The [[weight|weights]] of a convolution that make one output [[channel]].',
  },
  {
    term: 'Fisher information',
    text: 'How strongly the probability of the right answer depends on a [[weight]]. Strategies such as EWC hold important weights in place by it.',
  },
  {
    term: 'FLOP',
    text: 'One floating-point operation, a multiplication or an addition. One [[mac|MAC]] is two of them. Fewer FLOPs do not always mean less time.',
  },
  {
    term: 'forgetting',
    text: 'How far the accuracy on earlier [[task|tasks]] has fallen below its best, as a mean. It is what [[continual learning]] fights.',
  },
  {
    term: 'forward pass',
    text: 'The way of a [[batch]] through the network, from pixels to [[logit|logits]].',
  },
  {
    term: 'forward transfer',
    text: 'How much better than an untrained network one does on a [[task]] that is still to come.',
  },
  {
    term: 'gradient',
    text: 'For each [[weight]], how the [[loss]] would change if the weight grew a little. Training moves weights against it.',
  },
  {
    term: 'grow',
    text: 'To take a dead [[weight]] or [[block]] into the [[mask]]. It starts from 0, so at first it changes nothing but has a [[gradient]].',
  },
  {
    term: 'head',
    text: 'The last layer, which gives a [[logit]] for every class. Here all [[task|tasks]] share a single one.',
  },
  {
    term: 'importance',
    text: 'How much a [[weight]] seems to matter, as a number: its size, its [[gradient]], or a sum of both. The least important go first.',
  },
  {
    term: 'layout',
    text: 'How [[weight|weights]] are stored, and what lives or dies as one: all of them, [[block|blocks]], [[channel|channels]], [[pattern|patterns]] or single weights.',
  },
  {
    term: 'learning rate',
    text: 'How far a [[step]] moves the [[weight|weights]] along the [[gradient]]. Too small and nothing is learnt, too large and the loss runs away.',
  },
  {
    term: 'ledger',
    text: 'The account of what a [[step]] executes and moves: [[mac|MACs]] and bytes, added up from what was really run.',
  },
  {
    term: 'logit',
    text: 'The number that the [[head]] gives a class before [[softmax]]. The largest one is the answer.',
  },
  {
    term: 'loss',
    text: 'One number for how wrong the answers to a [[batch]] are. Training makes it smaller.',
  },
  {
    term: 'MAC',
    text: 'A multiply-accumulate: one product added to a sum. Layers consist of little else, so it is the unit of work; it counts as two [[flop|FLOPs]].',
  },
  {
    term: 'magnitude',
    text: 'The size of a number whatever its sign. [[mask|Masks]] often keep the [[weight|weights]] of largest magnitude.',
  },
  {
    term: 'margin',
    text: 'The [[logit]] of the right class less the largest other one. Large where the network is sure and right, negative where it is wrong.',
  },
  {
    term: 'mask',
    text: 'Which [[weight|weights]] exist. Those outside it are dead: they are 0, and where the [[layout]] allows they are neither stored nor multiplied.',
  },
  {
    term: 'masked head',
    text: '[[cross-entropy|Cross-entropy]] over the classes of the current [[task]] alone, so that new images do not push the old classes down.',
  },
  {
    term: 'momentum',
    text: 'A memory of earlier [[gradient|gradients]] that a [[step]] is mixed with, so that movement in a steady direction adds up.',
  },
  {
    term: 'norm group',
    text: 'Images of one [[batch]] that share the statistics of [[batch normalisation]]. Replayed images often form a group of their own.',
  },
  {
    term: 'optimiser',
    text: 'The rule that turns a [[gradient]] into a movement of the [[weight|weights]]: plain descent (SGD), with [[momentum]], or Adam.',
  },
  {
    term: 'parameter',
    text: 'Any number that training moves: a [[weight]], a bias, or the scale and shift of a norm.',
  },
  {
    term: 'pattern',
    text: 'One of eight shapes of four taps that a 3×3 kernel may keep, the centre always among them.',
  },
  {
    term: 'plasticity',
    text: 'How readily a network takes in something new. Too much of it, and the old is lost; its counterpart is [[stability]].',
  },
  {
    term: 'pruning',
    text: 'Taking [[weight|weights]] out for good, usually the smallest.',
  },
  {
    term: 'regularisation',
    text: 'A price in the [[loss]] for something other than a wrong answer, such as moving a [[weight]] that an earlier [[task]] needs.',
  },
  {
    term: 'replay',
    text: 'Training on some old images beside the new ones, so that earlier [[task|tasks]] keep being asked for.',
  },
  {
    term: 'replay buffer',
    text: 'A small store of images of earlier [[task|tasks]], for [[replay]]. How many it may hold is the price of remembering.',
  },
  {
    term: 'reservoir sampling',
    text: 'A way to keep a fair sample of a [[stream]] of unknown length in a buffer of fixed size: every offer ends up in it with the same chance.',
  },
  {
    term: 'saliency',
    text: 'How much the [[loss]] would notice if a [[weight]] were gone, estimated as its size times its [[gradient]].',
  },
  {
    term: 'seed',
    text: 'The number from which everything random follows. The same seed on the same device repeats a run exactly.',
  },
  {
    term: 'softmax',
    text: 'The function that turns [[logit|logits]] into probabilities: all above 0, and 1 together.',
  },
  {
    term: 'sparsity',
    text: 'The share of the [[weight|weights]] that do not exist. At 90 % one in ten is left.',
  },
  {
    term: 'stability',
    text: 'How well a network keeps what it has learnt while it learns on. Its counterpart is [[plasticity]].',
  },
  {
    term: 'step',
    text: 'One move of the [[weight|weights]]: a [[batch]] goes forward, the [[gradient]] comes back, the [[optimiser]] updates.',
  },
  {
    term: 'strategy',
    text: 'The way in which [[forgetting]] is fought: [[replay]], [[regularisation]], [[distillation]], weights of one’s own for each task, or not at all.',
  },
  {
    term: 'stream',
    text: 'The [[task|tasks]] in the order in which they come. What has gone by does not come back, but for what a [[strategy]] keeps.',
  },
  {
    term: 'task',
    text: 'A portion of the [[stream]] that is learnt in one go: here a few classes, or one way of showing the same classes.',
  },
  {
    term: 'task-incremental',
    text: 'Testing with the [[task]] told, so that only its own classes are possible answers. The easier of the two ways to ask.',
  },
  {
    term: 'temperature',
    text: 'A number that [[logit|logits]] are divided by before [[softmax]]. Above 1 it softens the answer, so that small probabilities count too.',
  },
  {
    term: 'top-k',
    text: 'The k largest of a list. Which [[weight|weights]] stay in a [[mask]] is a top-k choice by [[importance]].',
  },
  {
    term: 'unit',
    text: 'What lives or dies as one under a [[mask]]: a [[block]], a [[filter]], a kernel with its [[pattern]], or a single [[weight]].',
  },
  {
    term: 'WebGPU',
    text: 'The browser’s way to the graphics processor, by which all of the training here runs on the device that shows the page.',
  },
  {
    term: 'weight',
    text: 'A number that an input is multiplied by, and that training moves. A network is made of thousands to millions of them.',
  },
  {
    term: 'weight decay',
    text: 'A steady pull of all [[weight|weights]] towards 0, so that only those that are asked for again and again grow large.',
  },
];
