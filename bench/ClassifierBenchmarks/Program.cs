using System.Diagnostics;
using System.Globalization;
using ClassifierBenchmarks;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoding;

// Load first, while nothing is compiled or cached: this is what a start of the gateway sees.
var before = Process.GetCurrentProcess().WorkingSet64;
var start = Stopwatch.GetTimestamp();
var classifier = EmbeddedRouteClassifier.Load();
var loaded = Stopwatch.GetElapsedTime(start);
classifier.WarmUp();
var warm = Stopwatch.GetElapsedTime(start);
GC.Collect();
var added = Process.GetCurrentProcess().WorkingSet64 - before;
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"Load {loaded.TotalMilliseconds:0} ms, with warm-up {warm.TotalMilliseconds:0} ms, working set +{added / 1048576.0:0} MB.\n"));

Console.WriteLine("| what | p50 µs | p99 µs | ratio | bytes allocated |");
Console.WriteLine("|---|---:|---:|---:|---:|");
IEncoderKernel[] kernels = [
    .. Avx512Kernel.IsSupported ? new IEncoderKernel[] { new Avx512Kernel() } : [],
    .. Avx2Kernel.IsSupported ? new IEncoderKernel[] { new Avx2Kernel() } : [],
    .. Vector128Kernel.IsSupported ? new IEncoderKernel[] { new Vector128Kernel() } : [],
    .. args.Contains("--scalar") ? new IEncoderKernel[] { new ScalarKernel() } : []];
var vector = new float[SentenceEncoder.VectorLength];
double? reference = null;
foreach (var kernel in kernels)
{
    var encoder = RouterModel.LoadEncoder(kernel);
    foreach (var words in (int[])[4, 8, 16, 24, 32, 48, 64])
    {
        // Each of these words is one piece, so that the number of words is that of pieces.
        var text = string.Join(' ', Enumerable.Repeat("what is the time in the city now", 8).SelectMany(t => t.Split(' ')).Take(words));
        var stage = Stage.Measure($"encode {words} pieces, {kernel.Name}", _ => encoder.Encode(text, vector));
        reference ??= stage.MedianMicroseconds;
        Console.WriteLine(stage.ToRow(reference.Value));
    }
}

var routes = new RouteSet([
    new ClassifiableRoute("code_generation", "writing new functions, scripts and programs", []),
    new ClassifiableRoute("code_understanding", "explaining, reviewing and debugging existing code", []),
    new ClassifiableRoute("creative_writing", "stories, poems and marketing copy", []),
    new ClassifiableRoute("data_analysis", "charts, statistics and spreadsheets", []),
    new ClassifiableRoute("travel", "flights, hotels and itineraries", []),
    new ClassifiableRoute("support", "problems with an order, an invoice or a login", []),
]);
classifier.Prepare(routes);

void Ask(params ReadOnlySpan<ConversationMessage> messages) => classifier.Classify(new ClassificationRequest(routes, messages.ToArray()));
ConversationMessage User(string text) => new(ConversationRole.User, text);

Stage[] decisions =
[
    Stage.Measure("decide, new short prompt", i => Ask(User($"write a function that sorts a list, variant {i}"))),
    Stage.Measure("decide, new capped prompt", i => Ask(User(i + string.Concat(Enumerable.Repeat(" explain what this program does and fix it", 30))))),
    Stage.Measure("decide, prompt seen before", _ => Ask(User("write a function that sorts a list"))),
    Stage.Measure("decide, eighth turn of a known conversation", i => Ask(
        User("book me a flight to Oslo"), User("on Monday"), User("in the morning"), User("window seat"),
        User("yes"), User("and a hotel"), User("near the centre"), User($"for {i} nights"))),
];
foreach (var stage in decisions)
    Console.WriteLine(stage.ToRow(reference!.Value));
