using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Guards;
using ModelScan.RoutingApi.Guards.Answers;
using ModelScan.RoutingApi.Pipeline;

namespace GuardEval;

/// <summary>
/// By how many events a client's stream is behind its provider's, and what an event costs, under each of <c>guards.stream</c>. Counted in events,
/// because how fast they come is up to the model: at fifty a second one is 20 ms.
/// </summary>
internal static class StreamDelay
{
    private const int Events = 1000;
    private const int Rounds = 15;

    public static void Run(IMeterFactory factory)
    {
        var words = "The quick brown fox jumps over the lazy dog, and then writes to nobody about it. ";
        var events = Enumerable.Range(0, Events).Select(i => Event(words.Substring(i * 5 % (words.Length - 5), 5))).Append("data: [DONE]\n\n"u8.ToArray()).ToArray();
        Console.WriteLine($"A stream of {Events:N0} events of 5 characters, output guards secrets and pii: events that the client is behind, median and most; µs of one core an event, best of {Rounds}");
        foreach (var (name, hold) in new (string, int?)[] { ("off, for placeholders", 0), ("window of 64", 64), ("window of 128", 128), ("window of 512", 512), ("buffer", null) })
            Measure(factory, name, hold, events);
    }

    private static void Measure(IMeterFactory factory, string name, int? hold, byte[][] events)
    {
        var set = GuardSet.Of(new GuardsConfig
        {
            Output = [new GuardConfig(GuardKind.Secrets, "secrets", GuardAction.Note), new GuardConfig(GuardKind.Pii, "pii", GuardAction.Note) { Entities = Enum.GetValues<PiiEntity>() }],
        });
        var meters = new GuardMeters(factory);
        var best = double.MaxValue;
        var behind = new List<int>();
        for (var round = 0; round < Rounds; round++)
        {
            behind.Clear();
            using var stream = new GuardedStream(new GuardRun(set, "{}"u8.ToArray(), new GuardTrail(), meters), hold);
            var output = new ArrayBufferWriter<byte>();
            var (sent, counted) = (0, 0);
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < events.Length; i++)
            {
                stream.Add(events[i], output);
                Count(i);
            }

            stream.End(output);
            Count(events.Length - 1);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / events.Length);

            void Count(int fed)
            {
                for (; output.WrittenSpan[counted..].IndexOf("\n\n"u8) is >= 0 and var end; counted += end + 2)
                    behind.Add(fed - sent++);
            }
        }

        behind.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {behind[behind.Count / 2],7} {behind[^1],7} {best,9:0.0}   {behind.Count} events left"));
    }

    private static byte[] Event(string text) =>
        Encoding.UTF8.GetBytes($"data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{JsonSerializer.Serialize(text)}}},\"finish_reason\":null}}]}}\n\n");
}
