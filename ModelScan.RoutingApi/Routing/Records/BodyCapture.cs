using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.Routing.Observation;
using ModelScan.RoutingApi.Routing.Observation.Content;

namespace ModelScan.RoutingApi.Routing.Records;

/// <summary>Keeps what is said in a request, where the configuration wants it and the client does not forbid it.</summary>
internal static class BodyCapture
{
    /// <summary>The header by which a client keeps what it says off the record: <c>x-modelscan-capture: off</c>.</summary>
    public const string Header = "x-modelscan-capture";

    /// <summary>Begins; <see langword="null"/> where nothing is to be kept.</summary>
    public static RequestCapture? Begin(ClientRequest request, ClientResponse response, RequestLogConfig config)
    {
        if ((config.Bodies == KeptBodies.None && !config.KeepsDecisionInputs) || request.Kind is not (RequestKind.Answer or RequestKind.Decision))
            return null;
        if (IsForbidden(request))
            return null;
        var keepsBodies = config.Bodies != KeptBodies.None && request.Kind == RequestKind.Answer;
        var body = request.Body.Span;
        var answer = keepsBodies ? new AnswerCapture(config.BodyLimit) : null;
        if (answer is not null)
            response.CaptureBody(answer);
        return new RequestCapture
        {
            Request = keepsBodies ? body[..Math.Min(body.Length, config.BodyLimit)].ToArray() : null,
            IsRequestCut = keepsBodies && body.Length > config.BodyLimit,
            Answer = answer,
            Input = config.KeepsDecisionInputs ? InputOf(request) : null,
        };
    }

    /// <summary>What is to be kept when the request is over; <see langword="null"/> for nothing.</summary>
    public static RequestBody? End(RequestCapture? capture, ClientRequest request, ClientResponse response, RequestLogConfig config, RequestState state)
    {
        if (capture is null)
            return null;
        var keepsBody = capture.Request is not null && (config.Bodies == KeptBodies.All || state != RequestState.Completed);
        if (!keepsBody && capture.Input is null)
            return null;

        // What guards kept from the model is kept from the log, too.
        var seen = request.Guards?.Body;
        var said = seen is { } changed ? changed.Span[..Math.Min(changed.Length, config.BodyLimit)] : capture.Request;
        var (answer, stream) = keepsBody ? AnswerOf(capture.Answer!, request.Format, response) : default;
        return new RequestBody(request.Id)
        {
            Request = keepsBody ? Encoding.UTF8.GetString(said) : null,
            Response = Masked(answer, request),

            // What guards look for may lie in pieces here.
            Stream = request.Guards?.Mask is null ? stream : null,
            Input = capture.Input is null || seen is not { } guarded ? capture.Input : InputOf(request.Format, guarded),
            IsCut = keepsBody && ((seen?.Length > config.BodyLimit) || (seen is null && capture.IsRequestCut) || capture.Answer!.IsCut),
        };
    }

    /// <summary>What a decision is made on; <see langword="null"/> where it is not to be kept, or cannot be read.</summary>
    public static string? InputOf(ClientRequest request, RequestLogConfig config) => config.KeepsDecisionInputs && !IsForbidden(request) ? InputOf(request) : null;

    private static string? Masked(string? text, ClientRequest request) => text is not null && request.Guards?.Mask is { } mask ? mask(text) : text;

    private static bool IsForbidden(ClientRequest request) => request.Headers[Header].ToString().Trim().Equals("off", StringComparison.OrdinalIgnoreCase);

    // A stream is put together (gen_ai.output.messages): in its pieces a secret would be cut to pieces, too, and not be found. Its pieces are kept
    // beside that where there is none. An event that is not whole is left out.
    private static (string? Answer, string? Stream) AnswerOf(AnswerCapture answer, ApiFormat format, ClientResponse response)
    {
        if (answer.Bytes.IsEmpty)
            return default;
        var bytes = new ArrayBufferWriter<byte>(answer.Bytes.Length);
        if (response.Headers.ContentEncoding is { Count: > 0 } encodings)
        {
            using var copy = new EncodedCopy([.. encodings.OfType<string>()]);
            copy.Add(answer.Bytes);
            copy.ReadInto(piece => bytes.Write(piece));
        }
        else
        {
            bytes.Write(answer.Bytes);
        }

        if (!response.Headers.ContentType.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
            return (Encoding.UTF8.GetString(bytes.WrittenSpan), null);
        using var content = new AnswerContent(format);
        content.Add(bytes.WrittenSpan);
        var stream = Encoding.UTF8.GetString(bytes.WrittenSpan);
        return (content.ToJson(), answer.IsCut ? stream[..(stream.LastIndexOf('\n') + 1)] : stream);
    }

    private static string? InputOf(ClientRequest request) => InputOf(request.Format, request.Body);

    private static string? InputOf(ApiFormat format, ReadOnlyMemory<byte> body)
    {
        try
        {
            return DecisionInput.Write(RequestReader.Read(format, body).Facts.Messages);
        }
        catch (InvalidRequestException)
        {
            // Whoever answers says what is wrong with it.
            return null;
        }
    }
}
