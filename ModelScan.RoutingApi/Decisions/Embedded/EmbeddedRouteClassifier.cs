using System.Collections.Concurrent;
using System.Security.Cryptography;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Decides by meaning, inside the process: no network, no key, a millisecond or so. Every message becomes a vector that is compared with
/// those of the routes' names and descriptions; what comes of it are probabilities of the routes and of none, which sum to one.
/// Thread-safe and deterministic.
/// </summary>
/// <remarks>
/// Work is bounded whatever the request holds: the newest eight messages of the person count, of each at most 4,000
/// characters and 64 pieces. Routes are compiled once per <see cref="RouteSet"/> and kept in a bounded cache, as are vectors.
/// The method and its measured quality: <c>docs/classifier.md</c>.
/// </remarks>
internal sealed class EmbeddedRouteClassifier : IRouteClassifier, IDisposable
{
    /// <summary>A person's messages that count, the newest.</summary>
    public const int MaxTurns = 8;

    /// <summary>A session leaves its route only for one that is more probable by this much.</summary>
    public const double SwitchMargin = 0.05;

    /// <summary>Memory for compiled routes, in units of 2 KB; a route takes about two.</summary>
    private const int CompiledCapacity = 16_384;

    private readonly EncoderModel _model;
    private readonly EncoderQueue _queue;
    private readonly PromptVectors _vectors;
    private readonly MessageReading _reading;
    private readonly BoundedCache<RouteSet, CompiledRoutes> _compiled = new(CompiledCapacity);
    private readonly ConcurrentDictionary<RouteSet, Lazy<Task<CompiledRoutes>>> _compiling = new();
    private string? _fingerprint;

    /// <summary>Takes a model over and starts its threads.</summary>
    /// <param name="model">The encoder; owned.</param>
    /// <param name="threads">Texts encoded at the same time; <see langword="null"/> for <see cref="EncoderQueue.DefaultThreads"/>.</param>
    /// <param name="reading">Picks what counts of a long message; <see langword="null"/> for the shipped way.</param>
    public EmbeddedRouteClassifier(EncoderModel model, int? threads = null, MessageReading? reading = null)
    {
        _model = model;
        _reading = reading ?? LongMessage.Read;
        _queue = new EncoderQueue(model.Encoder, threads ?? EncoderQueue.DefaultThreads);
        _vectors = new PromptVectors(model, _queue);
    }

    /// <inheritdoc/>
    public string Name => "embedded";

    /// <summary>Texts that wait for a thread of the encoder.</summary>
    public int Waiting => _queue.Waiting;

    /// <summary>Texts encoded so far.</summary>
    public long Encoded => _queue.Encoded;

    /// <summary>The model.</summary>
    public EncoderModel Model => _model;

    /// <summary>Vectors of texts.</summary>
    public PromptVectors Vectors => _vectors;

    /// <summary>Compiles routes ahead of the first request that needs them.</summary>
    /// <exception cref="RouteClassificationException">The encoder is too busy, or failed.</exception>
    public Task PrepareAsync(RouteSet routes) => CompileAsync(routes, CancellationToken.None).AsTask();

    /// <inheritdoc/>
    public ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken) =>
        ClassifyAsync(request, _model.Calibration, cancellationToken);

    /// <summary>The same with constants of the caller's.</summary>
    public async ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, DecisionCalibration calibration, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var conversation = ConversationTurns.Of(request.Messages, MaxTurns);
        if (conversation.Turns.Count == 0 || request.Routes.Routes.Count == 0)
            return new RouteClassification(null, Name) { Notes = ["There is no user message with text, or no route."] };

        var routes = request.IsInline ? await CompileAloneAsync(request.Routes, cancellationToken).ConfigureAwait(false) : await CompileAsync(request.Routes, cancellationToken).ConfigureAwait(false);
        if (routes.Compared.Length == 0)
            return new RouteClassification(routes.Set.Routes[routes.Leftover].Name, Name) { Probability = 1, Notes = ["There is only the route for what is left."] };
        var walk = new ConversationWalk(routes, _vectors, calibration, _reading);
        foreach (var turn in conversation.Turns)
            await walk.AddAsync(turn, cancellationToken).ConfigureAwait(false);
        return RouteVerdict.Of(request, routes, walk, conversation.LeftOut, calibration.Threshold, Name);
    }

    /// <summary>Tells encoders apart, whose vectors cannot be compared: eight hexadecimal digits of what this one makes of an empty text.</summary>
    /// <exception cref="RouteClassificationException">The encoder is too busy, or failed.</exception>
    public async ValueTask<string> FingerprintAsync(CancellationToken cancellationToken)
    {
        if (_fingerprint is { } known)
            return known;

        // Coarsely, for processors differ in the last digits.
        var vector = await _vectors.OfAsync(_model.Ids([]), cancellationToken).ConfigureAwait(false);
        return _fingerprint = Convert.ToHexStringLower(SHA256.HashData(Array.ConvertAll(vector, static value => (byte)(sbyte)Math.Clamp(Math.Round(value * 64), -127, 127))).AsSpan(0, 4));
    }

    /// <summary>The vectors on which a conversation was decided, as far as they are remembered (<see cref="KnownVectors.Of"/>).</summary>
    public Half[]?[] KnownVectorsOf(IReadOnlyList<ConversationMessage> messages) => KnownVectors.Of(_model, _vectors, _reading, messages);

    /// <summary>Remembers them again, so that the conversation can be decided without the encoder.</summary>
    public void Remember(IReadOnlyList<ConversationMessage> messages, IReadOnlyList<Half[]?> known) => KnownVectors.Remember(_model, _vectors, _reading, messages, known);

    /// <summary>Has their vectors made ahead of the decision, as those of one of many conversations.</summary>
    /// <exception cref="RouteClassificationException">The encoder is too busy, or failed.</exception>
    public ValueTask PrepareAsync(IReadOnlyList<ConversationMessage> messages, CancellationToken cancellationToken) => KnownVectors.PrepareAsync(_model, _vectors, _reading, messages, cancellationToken);

    /// <summary>Gives the model back once the texts that wait are encoded.</summary>
    public void Dispose() => _queue.Dispose();

    /// <summary>Done when it has been disposed of and the last text is encoded.</summary>
    public Task Ended => _queue.Ended;

    // What a client brings along is encoded as long as its own decision may take, and no text of it once the client has left.
    private async ValueTask<CompiledRoutes> CompileAloneAsync(RouteSet routes, CancellationToken cancellationToken)
    {
        if (_compiled.TryGet(routes, out var known))
            return known!;
        var compiled = await CompiledRoutes.CompileAsync(routes, _vectors, cancellationToken).ConfigureAwait(false);
        _compiled.Add(routes, compiled, compiled.Cost);
        return compiled;
    }

    // What several requests want at once is compiled once, and for none of them alone: none of them can cancel it.
    private async ValueTask<CompiledRoutes> CompileAsync(RouteSet routes, CancellationToken cancellationToken)
    {
        if (_compiled.TryGet(routes, out var known))
            return known!;
        var compiling = _compiling.GetOrAdd(routes, set => new Lazy<Task<CompiledRoutes>>(() => CompileAndKeepAsync(set)));
        return await compiling.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<CompiledRoutes> CompileAndKeepAsync(RouteSet routes)
    {
        try
        {
            var compiled = await CompiledRoutes.CompileAsync(routes, _vectors, CancellationToken.None).ConfigureAwait(false);
            _compiled.Add(routes, compiled, compiled.Cost);
            return compiled;
        }
        finally
        {
            _compiling.TryRemove(routes, out _);
        }
    }
}
