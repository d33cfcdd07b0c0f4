using System.Buffers;
using BenchmarkDotNet.Attributes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.Wire;

namespace TranslationBenchmarks;

/// <summary>One pair of formats: a request, a whole answer, and one event of a stream (a whole stream, divided by the provider's events).</summary>
[MemoryDiagnoser]
public class PairBenchmarks
{
    // As the relay reads them: a few events in each piece.
    private const int PieceLength = 512;

    private readonly ArrayBufferWriter<byte> _client = new(1 << 20);
    private (ApiFormat Client, ApiFormat Provider) _pair;
    private TranslationContext _context = null!;
    private TranslatedExchange _exchange = null!;
    private byte[] _request = [];
    private byte[] _answer = [];
    private byte[] _stream = [];

    /// <summary>Every pair that the gateway translates between.</summary>
    public static IEnumerable<string> Pairs => Translators.Keys;

    [ParamsSource(nameof(Pairs))]
    public string Pair { get; set; } = "";

    private static SortedDictionary<string, (ApiFormat Client, ApiFormat Provider)> Translators { get; } = new(
        (from client in ApiFormats.OfClients from provider in Enum.GetValues<ApiFormat>() where Translator.Joins(client, provider) select (client, provider))
            .ToDictionary(pair => $"{pair.client} on {pair.provider}"),
        StringComparer.Ordinal);

    [GlobalSetup]
    public void Prepare()
    {
        _pair = Translators[Pair];
        _context = new TranslationContext("client-model", "provider-model", new ModelCapabilities(), TimeProvider.System, static () => "0123456789abcdefghijklmn") { ProviderName = "acme" };
        _request = ClientRequests.Of(_pair.Client);
        _answer = ProviderAnswers.Of(_pair.Provider);
        _stream = ProviderStreams.Of(_pair.Provider);
        _exchange = Translator.Translate(_pair.Client, _pair.Provider, _request, _context);
        Check();
    }

    [Benchmark]
    public int Request() => Translator.Translate(_pair.Client, _pair.Provider, _request, _context).Body.Length;

    [Benchmark]
    public int Answer()
    {
        _client.ResetWrittenCount();
        _exchange.TranslateAnswer(_answer, _client);
        return _client.WrittenCount;
    }

    [Benchmark(OperationsPerInvoke = ProviderStreams.Events)]
    public int StreamEvent()
    {
        var stream = _exchange.OpenStream();
        var written = 0;
        for (var at = 0; at < _stream.Length; at += PieceLength)
        {
            _client.ResetWrittenCount();
            stream.Write(_stream.AsSpan(at, Math.Min(PieceLength, _stream.Length - at)), _client);
            written += _client.WrittenCount;
        }

        stream.End(_client);
        stream.Dispose();
        return written;
    }

    // What is measured has to be a translation of all of it.
    private void Check()
    {
        var stream = _exchange.OpenStream();
        _client.ResetWrittenCount();
        stream.Write(_stream, _client);
        stream.End(_client);
        if (stream.Error is not null || !System.Text.Encoding.UTF8.GetString(_client.WrittenSpan).Contains("word199", StringComparison.Ordinal))
            throw new InvalidOperationException($"{Pair}: the stream is not translated whole");
        if (Answer() < _answer.Length / 3 || Request() < _request.Length / 3)
            throw new InvalidOperationException($"{Pair}: the answer or the request is not translated whole");
    }
}
