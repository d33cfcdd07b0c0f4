using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Guards;
using ModelScan.RoutingApi.Guards.Texts;
using ModelScan.RoutingApi.Pipeline;

namespace GuardEval;

/// <summary>How long a core takes to guard a request whose texts have a megabyte.</summary>
internal static class Speed
{
    private const int Rounds = 40;

    public static void Run(IReadOnlyList<LabelledText> texts, IMeterFactory factory)
    {
        var prose = Repeat(texts.Where(text => text.Labels.Count == 0).Select(text => text.Text), "\n");
        var mixed = Repeat(texts.Select(text => text.Text), "\n");
        var code = Repeat(
            ["public sealed class Order(int id) { public decimal Total => lines.Sum(line => line.Price * line.Count); }", "for (var i = 0; i < 10; i++) token = next.Token ?? throw new InvalidOperationException($\"no token at {i}\");", "  \"dependencies\": { \"left-pad\": \"^1.3.0\", \"key-value\": \"~2.1.4\" },"], "\n");
        var digits = Repeat(["1 22 333 4444 55555 666666 7777777 88888888 999999999"], " ");
        Console.WriteLine("1 MB of text in one request, guards secrets and pii, redacting; ms of one core, best and median of " + Rounds);
        foreach (var (name, text) in new[] { ("prose without findings", prose), ("every text of the set", mixed), ("program code", code), ("nothing but digits", digits) })
            Measure(name, text, factory);
    }

    private static void Measure(string name, string text, IMeterFactory factory)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { model = "m", messages = new[] { new { role = "user", content = text } } });
        var set = GuardSet.Of(new GuardsConfig
        {
            Input =
            [
                new GuardConfig(GuardKind.Secrets, "secrets", GuardAction.Redact),
                new GuardConfig(GuardKind.Pii, "pii", GuardAction.Redact) { Entities = Enum.GetValues<PiiEntity>() },
            ],
        });
        var meters = new GuardMeters(factory);
        var times = new List<double>();
        var trail = new GuardTrail();
        for (var i = 0; i < Rounds; i++)
        {
            trail = new GuardTrail();
            var run = new GuardRun(set, body, trail, meters);
            var started = Stopwatch.GetTimestamp();
            JsonTexts.Change(body, run.Input);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {times[0],7:0.0} {times[times.Count / 2],7:0.0}   {body.Length} bytes; {trail}"));
    }

    private static string Repeat(IEnumerable<string> pieces, string between)
    {
        var all = pieces.ToArray();
        var text = new StringBuilder();
        for (var i = 0; Encoding.UTF8.GetByteCount(all[i % all.Length]) + text.Length < 1 << 20; i++)
            text.Append(all[i % all.Length]).Append(between);
        return text.ToString();
    }
}
