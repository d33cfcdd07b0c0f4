using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.Tests.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Growth;

/// <summary>
/// Work grows with the length of what a client or a provider sends, and not with its square: four times the elements take at most eight times as long, for
/// everything in a request, an answer or a stream that can be made longer. What is measured is the least of several runs, and one run in which it
/// holds is enough: what else happens makes a run longer, never a quadratic one linear.
/// </summary>
public sealed class GrowthTests
{
    private const int Few = 1000;
    private const int Factor = 4;

    // A square would be sixteen times; what a garbage collector does to the longer of the two is part of the rest.
    private const double MostGrowth = 8;

    // Where fresh memory is most of it, which the system gives more slowly the more of it there is; a square would be sixteen times.
    private const double MostGrowthOfMemory = 10;

    private const int MostTries = 12;
    private const int Piece = 16 * 1024;

    // Below this everything is soon enough; a list that is searched for each of its elements takes longer.
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(4);

    private static readonly ModelCapabilities Capabilities = new() { ReasoningEffort = true, Schemas = SchemaProfile.Gemini, MaxTools = null };

    public static TheoryData<ApiFormat, ApiFormat> Pairs
    {
        get
        {
            var rows = new TheoryData<ApiFormat, ApiFormat>();
            foreach (var pair in Pair.All)
                rows.Add(pair.Client, pair.Provider);
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Translate_EverythingLonger_TakesAsMuchLonger(ApiFormat client, ApiFormat provider)
    {
        var pair = new Pair(client, provider);
        var sample = GrowthSamples.Request(client);
        var grown = Lengthening.Of(sample).Where(place => !IsLinear(
            times => Encoding.UTF8.GetBytes(Lengthening.Lengthen(sample, place.Path, place.Way, times).ToJsonString()),
            body => pair.Translate(body, PairRun.Context(Capabilities)))).ToList();
        Assert.True(grown.Count == 0, string.Join('\n', grown));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TranslateAnswer_EverythingLonger_TakesAsMuchLonger(ApiFormat client, ApiFormat provider)
    {
        var exchange = new Pair(client, provider).Translate(Encoding.UTF8.GetBytes(GrowthSamples.Request(client).ToJsonString()), PairRun.Context(Capabilities));
        var sample = GrowthSamples.Answer(provider);
        var grown = Lengthening.Of(sample).Where(place => !IsLinear(
            times => Encoding.UTF8.GetBytes(Lengthening.Lengthen(sample, place.Path, place.Way, times).ToJsonString()),
            answer => exchange.TranslateAnswer(answer, new ArrayBufferWriter<byte>(answer.Length)))).ToList();
        Assert.True(grown.Count == 0, string.Join('\n', grown));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Write_EveryEventManyTimes_TakesAsMuchLonger(ApiFormat client, ApiFormat provider)
    {
        var exchange = new Pair(client, provider).Translate(Encoding.UTF8.GetBytes(GrowthSamples.Request(client).ToJsonString()), PairRun.Context(Capabilities));
        var events = GrowthSamples.Stream(provider);
        var grown = new List<string>();
        for (var i = 0; i < events.Count; i++)
        {
            foreach (var way in new[] { "in turn", "in turn, renamed" })
            {
                var isLinear = IsLinear(
                    times => GrowthSamples.Bytes(provider, [.. events.Take(i), .. Lengthening.Lengthen(new JsonArray(events[i].DeepClone()), "$", way, times).AsArray().Select(item => item!), .. events.Skip(i + 1)]),
                    bytes => Stream(exchange, bytes, Piece));
                if (!isLinear)
                    grown.Add($"{events[i].ToJsonString()} {way}");
            }
        }

        Assert.True(grown.Count == 0, string.Join('\n', grown));
    }

    [Theory]
    [InlineData(ApiFormat.ChatCompletions)]
    [InlineData(ApiFormat.Messages)]
    [InlineData(ApiFormat.Responses)]
    public void Write_LineWithoutEnd_TakesAsMuchLonger(ApiFormat provider)
    {
        var client = provider == ApiFormat.ChatCompletions ? ApiFormat.Messages : ApiFormat.ChatCompletions;
        var exchange = new Pair(client, provider).Translate(Encoding.UTF8.GetBytes(GrowthSamples.Request(client).ToJsonString()), PairRun.Context(Capabilities));

        // Both beyond what pools keep.
        Assert.True(IsLinear(times => [.. "data: "u8, .. Enumerable.Repeat((byte)'x', times * 3 * 1024)], bytes => Stream(exchange, bytes, 64), MostGrowthOfMemory));
    }

    private static void Stream(TranslatedExchange exchange, byte[] bytes, int piece)
    {
        using var stream = exchange.OpenStream();
        var output = new ArrayBufferWriter<byte>(bytes.Length);
        for (var at = 0; at < bytes.Length; at += piece)
            stream.Write(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)), output);
        stream.End(output);
    }

    private static bool IsLinear(Func<int, byte[]> make, Action<byte[]> run, double mostGrowth = MostGrowth)
    {
        var (few, many) = (make(Few), make(Few * Factor));
        var (least, most) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var i = 0; i < MostTries; i++)
        {
            most = Least(most, Measure(many, run));
            if (most < Soon)
                return true;
            least = Least(least, Measure(few, run));
            if (most <= least * mostGrowth)
                return true;
        }

        return false;
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    // What is refused is refused in time, too.
    private static TimeSpan Measure(byte[] input, Action<byte[]> run)
    {
        var start = ThreadTime.Now;
        try
        {
            run(input);
        }
        catch (Exception exception) when (exception is InvalidRequestException or ProviderAnswerException)
        {
            // Too much of it for this provider, or for any.
        }

        return ThreadTime.Now - start;
    }
}
