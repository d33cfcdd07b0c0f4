using System.Diagnostics;
using System.Globalization;
using ClassifierBenchmarks;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

// Load first, while nothing is compiled or cached: this is what a start of the gateway sees.
var before = WorkingSet();
var start = Stopwatch.GetTimestamp();
var model = EncoderModel.LoadShipped();
using var classifier = new EmbeddedRouteClassifier(model, threads: 1);
var loaded = Stopwatch.GetElapsedTime(start);
var routes = new RouteSet([
    new ClassifiableRoute("code_generation", "writing new functions, scripts and programs", []),
    new ClassifiableRoute("code_understanding", "explaining, reviewing and debugging existing code", []),
    new ClassifiableRoute("creative_writing", "stories, poems and marketing copy", []),
    new ClassifiableRoute("data_analysis", "charts, statistics and spreadsheets", []),
    new ClassifiableRoute("travel", "flights, hotels and itineraries", []),
    new ClassifiableRoute("support", "problems with an order, an invoice or a login", []),
]);
await classifier.PrepareAsync(routes);
await Task.Yield(); // what blocks below must not block the thread of the encoder's answers
var ready = Stopwatch.GetElapsedTime(start);
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"Load {loaded.TotalMilliseconds:0} ms, with six routes compiled {ready.TotalMilliseconds:0} ms, working set +{(WorkingSet() - before) / 1048576.0:0} MB.\n"));

Console.WriteLine("| what | p50 µs | p99 µs | ratio | bytes allocated |");
Console.WriteLine("|---|---:|---:|---:|---:|");
double? reference = null;
foreach (var pieces in (int[])[4, 8, 12, 16, 24, 32, 48, 64])
{
    int[] ids = [.. Enumerable.Range(0, pieces).Select(i => 600 + i)];
    Print(Stage.Measure($"encode {pieces} pieces", _ => model.Encoder.Encode(ids)));
}

const string Long = "please have a look at the following program and explain to me step by step what it does, where it fails, and how it could be mended without changing its interface, because ";
Print(Stage.Measure("pieces of a short prompt", i => model.Pieces($"write a function that sorts a list, variant {i}")));
Print(Stage.Measure("pieces of 4,000 characters", i => model.Pieces(i + string.Concat(Enumerable.Repeat(Long, 22)))));
Print(Stage.Measure("pieces of 4,000 characters, Japanese", i => model.Pieces(i + string.Concat(Enumerable.Repeat("来週の大阪行きの飛行機を予約したいのですが、", 180)))));
Print(Stage.Measure("decide, new short prompt, six routes", i => Ask(User($"write a function that sorts a list, variant {i}"))));
Print(Stage.Measure("decide, new capped prompt", i => Ask(User(i + string.Concat(Enumerable.Repeat(Long, 4))))));
Print(Stage.Measure("decide, prompt seen before", _ => Ask(User("write a function that sorts a list"))));
Print(Stage.Measure("decide, eighth turn of a known conversation", i => Ask(
    User("book me a flight to Oslo"), User("on Monday"), User("in the morning"), User("window seat"),
    User("yes"), User("and a hotel"), User("near the centre"), User($"for {i} nights"))));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nWorking set at the end +{(WorkingSet() - before) / 1048576.0:0} MB."));

void Print(Stage stage) => Console.WriteLine(stage.ToRow(reference ??= stage.MedianMicroseconds));

void Ask(params ConversationMessage[] messages) =>
    classifier.ClassifyAsync(new ClassificationRequest(routes, messages), CancellationToken.None).AsTask().GetAwaiter().GetResult();

ConversationMessage User(string text) => new(ConversationRole.User, text);

static long WorkingSet()
{
    GC.Collect();
    using var process = Process.GetCurrentProcess();
    return process.WorkingSet64;
}
