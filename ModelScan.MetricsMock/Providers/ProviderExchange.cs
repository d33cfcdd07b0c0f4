using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelScan.MetricsMock.Journal;
using ModelScan.MetricsMock.Models;

namespace ModelScan.MetricsMock.Providers;

/// <summary>
/// Answers one LLM request, whatever its API:
/// <list type="number">
/// <item>take the whole body and enter it in the journal;</item>
/// <item>check the credential, read the request, find the model: anything wrong is told in the API's own words;</item>
/// <item>take the failure that the model has in store, if any; an HTTP error or a hang before the first byte ends here;</item>
/// <item>wait the model's latency;</item>
/// <item>send the answer whole or event by event; a failure in the middle strikes after its number of events;</item>
/// <item>note in the journal how it ended.</item>
/// </list>
/// </summary>
internal sealed class ProviderExchange(
    ModelRegistry models, RequestJournal journal, RequestCounts counts, PromptCache cache, MetricsMockOptions options, TimeProvider time)
{
    // A hanging provider hangs longer than any client waits, but not for ever.
    private static readonly TimeSpan LongestHang = TimeSpan.FromMinutes(30);

    // A stream takes this part of the latency again between two events.
    private const double PaceOfLatency = 0.05;

    public async Task AnswerAsync(HttpContext context, IProviderDialect dialect)
    {
        if (await ReceiveAsync(context, dialect) is not { } received)
            return;
        var requestId = Exchange.MakeId("req_", 24, $"{received.Sequence}");
        context.Response.Headers[dialect.RequestIdHeader] = requestId;
        try
        {
            await RespondAsync(context, dialect, received, requestId);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left; the journal says so, and there is nobody to answer.
        }
        finally
        {
            journal.Close(received, context.Response.StatusCode, context.RequestAborted.IsCancellationRequested);
        }
    }

    /// <summary>Answers a token count: the Messages API's <c>count_tokens</c>.</summary>
    public async Task CountTokensAsync(HttpContext context, IProviderDialect dialect)
    {
        if (await ReceiveAsync(context, dialect) is not { } received)
            return;
        var requestId = Exchange.MakeId("req_", 24, $"{received.Sequence}");
        context.Response.Headers[dialect.RequestIdHeader] = requestId;
        try
        {
            using var document = ReadDocument(received.Body);
            var request = ReadRequest(document.RootElement, dialect, context);
            await new JsonObject { ["input_tokens"] = AnswerComposer.CountInput(request) }.ToResult().ExecuteAsync(context);
        }
        catch (InvalidFieldException refused)
        {
            await SendErrorAsync(context, dialect, Refusal(refused), requestId);
        }

        journal.Close(received, context.Response.StatusCode, clientLeft: false);
    }

    private async Task RespondAsync(HttpContext context, IProviderDialect dialect, ReceivedRequest received, string requestId)
    {
        if (!HasCredential(context.Request))
        {
            await SendErrorAsync(context, dialect, new ProviderError(ProviderErrorKind.Unauthorized, "The API key is missing or wrong."), requestId);
            return;
        }

        try
        {
            using var document = ReadDocument(received.Body);
            var request = ReadRequest(document.RootElement, dialect, context);
            if (models.Find(request.Model) is not { } model)
            {
                await SendErrorAsync(context, dialect, new ProviderError(ProviderErrorKind.UnknownModel, $"There is no model '{request.Model}' here.") { Field = "model" }, requestId);
                return;
            }

            counts.Add(model.Name);
            var failure = models.TakeFailure(model.Name);
            var latency = TimeSpan.FromSeconds((model.LatencySeconds ?? 0) * options.LatencyScale);
            await WaitAsync(latency, context.RequestAborted);
            if (failure is { HasStatus: true } && (failure.AfterChunks is null || !request.Stream))
            {
                if (failure.RetryAfterSeconds is { } retryAfter)
                    context.Response.Headers.RetryAfter = $"{retryAfter}";
                await SendErrorAsync(context, dialect, ErrorOf(failure), requestId);
                return;
            }

            if (failure is { Kind: FailureKind.Hang } && (failure.AfterChunks is null || !request.Stream))
            {
                await WaitAsync(LongestHang, context.RequestAborted);
                context.Abort();
                return;
            }

            var answer = AnswerComposer.Compose(request, model.Name);
            var usage = AnswerComposer.Count(request, answer, cache.Use(model.Name, request.Prompt, dialect.CachesAutomatically));
            var exchange = new Exchange(document.RootElement, request, answer, usage, time.GetUtcNow(), $"{received.Sequence}/{model.Name}");
            await (request.Stream
                ? StreamAsync(context, dialect, exchange, failure, latency * PaceOfLatency, requestId)
                : SendAsync(context, dialect.Answer(exchange), failure));
        }
        catch (InvalidFieldException refused)
        {
            await SendErrorAsync(context, dialect, Refusal(refused), requestId);
        }
    }

    private static async Task SendAsync(HttpContext context, JsonObject answer, ModelFailure? failure)
    {
        var body = Encoding.UTF8.GetBytes(answer.ToWire());
        context.Response.ContentType = "application/json";
        switch (failure?.Kind)
        {
            case FailureKind.BadJson:
                context.Response.ContentLength = body.Length / 2;
                await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
                break;
            case FailureKind.CutStream:
                context.Response.ContentLength = body.Length;
                await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
                throw new CutStreamException();
            default:
                context.Response.ContentLength = body.Length;
                await context.Response.Body.WriteAsync(body, context.RequestAborted);
                break;
        }
    }

    private async Task StreamAsync(HttpContext context, IProviderDialect dialect, Exchange exchange, ModelFailure? failure, TimeSpan pace, string requestId)
    {
        context.Response.ContentType = dialect.StreamType;
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.StartAsync(context.RequestAborted);
        var strikesAfter = failure is null ? int.MaxValue : failure.AfterChunks ?? 1;
        var sent = 0;
        foreach (var streamEvent in dialect.Stream(exchange))
        {
            if (sent == strikesAfter)
                break;
            if (sent > 0)
                await WaitAsync(pace, context.RequestAborted);
            await WriteAsync(dialect.Encode(streamEvent));
            sent++;
        }

        // A stream that is shorter than after_chunks ends well.
        if (sent != strikesAfter)
            return;
        switch (failure!.Kind)
        {
            case FailureKind.CutStream:
                throw new CutStreamException();
            case FailureKind.BadJson:
                await WriteAsync(Encoding.UTF8.GetBytes("data: {\"broken\": \n\n"));
                break;
            case FailureKind.Hang:
                await WaitAsync(LongestHang, context.RequestAborted);
                context.Abort();
                break;
            default:
                await WriteAsync(dialect.Encode(dialect.ErrorEvent(ErrorOf(failure), requestId, sent)));
                break;
        }

        async Task WriteAsync(byte[] bytes)
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private async Task<ReceivedRequest?> ReceiveAsync(HttpContext context, IProviderDialect dialect)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            return journal.Enter(context.Request, body.ToArray());
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await SendErrorAsync(context, dialect, new ProviderError(ProviderErrorKind.TooLarge, "The request is larger than this provider takes."), "req_none");
            return null;
        }
    }

    private static JsonDocument ReadDocument(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 128 });
        }
        catch (JsonException exception)
        {
            throw new InvalidFieldException("", $"The body is not valid JSON: {exception.Message}");
        }
    }

    private static ProviderRequest ReadRequest(JsonElement body, IProviderDialect dialect, HttpContext context)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw new InvalidFieldException("", "The body has to be a JSON object.");
        try
        {
            return dialect.Read(body, context.Request.Headers);
        }
        catch (InvalidOperationException exception)
        {
            // JsonElement says so of a string that holds half a surrogate pair: valid JSON, but no text.
            throw new InvalidFieldException("", $"The body holds a string that is not Unicode text: {exception.Message}");
        }
    }

    private bool HasCredential(HttpRequest request)
    {
        if (options.ProviderApiKey is not { } key)
            return true;
        var given = request.Headers["x-api-key"].ToString() is { Length: > 0 } apiKey ? $"Bearer {apiKey}" : request.Headers.Authorization.ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes($"Bearer {key}"));
    }

    private static ProviderError Refusal(InvalidFieldException refused) =>
        new(ProviderErrorKind.InvalidRequest, refused.Field.Length == 0 ? refused.Message : $"{refused.Field}: {refused.Message}")
        {
            Field = refused.Field.Length == 0 ? null : refused.Field,
            Code = refused.Code,
        };

    private static ProviderError ErrorOf(ModelFailure failure) => failure.Kind switch
    {
        FailureKind.RateLimit => new ProviderError(ProviderErrorKind.RateLimited, "The rate limit of this model is reached.") { Status = failure.Status },
        FailureKind.Overloaded => new ProviderError(ProviderErrorKind.Overloaded, "The provider is overloaded.") { Status = failure.Status },
        _ => new ProviderError(ProviderErrorKind.ServerError, "The provider failed.") { Status = failure.Status },
    };

    private static Task SendErrorAsync(HttpContext context, IProviderDialect dialect, ProviderError error, string requestId)
    {
        var (status, body) = dialect.Error(error, requestId);
        if (dialect.ErrorHeader(error) is { } header)
            context.Response.Headers[header.Name] = header.Value;
        return body.ToResult(status).ExecuteAsync(context);
    }

    private Task WaitAsync(TimeSpan wait, CancellationToken cancellation) =>
        wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellation) : Task.CompletedTask;
}
