using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace ModelScan.RoutingApi.Telemetry;

/// <summary>
/// The console of .NET with a shorter way for lines about requests: one line of text each, or one of JSON where
/// <c>Logging:Console:FormatterName</c> is <c>json</c>, in batches. Whatever else is logged, and lines about requests in formats of other
/// names, go through the console as it is, in plain text (<see cref="PlainText"/>) unless as JSON. Level and filters are the console's own.
/// </summary>
[ProviderAlias("Console")]
internal sealed class RequestConsole(ConsoleLoggerProvider console, IOptionsMonitor<ConsoleLoggerOptions> options, TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    /// <summary>The category of these lines.</summary>
    public const string Category = "ModelScan.Requests";

    private readonly IOptionsMonitor<ConsoleLoggerOptions> _options = options;
    private readonly Lazy<BatchedOutput> _output = new(static () => new BatchedOutput(OpenOutput()));

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        categoryName == Category ? new Requests(this, console.CreateLogger(categoryName)) : new Plain(this, console.CreateLogger(categoryName));

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) =>
        console.SetScopeProvider(new PlainScopes(scopeProvider, () => _options.CurrentValue.FormatterName != ConsoleFormatterNames.Json));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_output.IsValueCreated)
            _output.Value.Dispose();
    }

    // The console logger writes to the same; both write whole lines.
#pragma warning disable RS0030 // This is the console.
    private static Stream OpenOutput() => Console.OpenStandardOutput();
#pragma warning restore RS0030

    private void Write(in RequestLine line, bool asJson)
    {
        if (asJson)
        {
            _output.Value.Add(Json(line));
            return;
        }

        Span<byte> place = stackalloc byte[1024];
        if (TryText(line, place, out var written))
        {
            _output.Value.Add(place[..written]);
            return;
        }

        var longer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        if (TryText(line, longer, out written))
            _output.Value.Add(longer.AsSpan(0, written));
        ArrayPool<byte>.Shared.Return(longer);
    }

    private bool TryText(in RequestLine line, Span<byte> place, out int written)
    {
        time.GetUtcNow().TryFormat(place, out written, "yyyy-MM-dd'T'HH:mm:ss.fff'Z '", CultureInfo.InvariantCulture);
        if (!line.TryWrite(place[written..^1], out var text))
            return false;
        written += text;
        place[written++] = (byte)'\n';
        return true;
    }

    // The members that the JSON formatter of .NET writes, and the time.
    private byte[] Json(in RequestLine line)
    {
        using var stream = new MemoryStream(512);
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("Timestamp", time.GetUtcNow());
            writer.WriteNumber("EventId", 0);
            writer.WriteString("LogLevel", nameof(LogLevel.Information));
            writer.WriteString("Category", Category);
            writer.WriteString("Message", line.ToString());
            writer.WriteStartObject("State");
            foreach (var (name, value) in line)
            {
                switch (value)
                {
                    case null: writer.WriteNull(name); break;
                    case int number: writer.WriteNumber(name, number); break;
                    case long number: writer.WriteNumber(name, number); break;
                    case double number: writer.WriteNumber(name, number); break;
                    default: writer.WriteString(name, value.ToString()); break;
                }
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private sealed class Requests(RequestConsole owner, ILogger console) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => console.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => console.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var settings = owner._options.CurrentValue;
            if (state is RequestLine line && settings.LogToStandardErrorThreshold > logLevel && settings.FormatterName is (null or ConsoleFormatterNames.Simple or ConsoleFormatterNames.Json))
                owner.Write(line, settings.FormatterName == ConsoleFormatterNames.Json);
            else
                console.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    private sealed class Plain(RequestConsole owner, ILogger console) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => console.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => console.IsEnabled(logLevel);

        // The exception becomes part of the text: the console would write it as it is.
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            if (owner._options.CurrentValue.FormatterName == ConsoleFormatterNames.Json)
            {
                console.Log(logLevel, eventId, state, exception, formatter);
                return;
            }

            var text = PlainText.Of(formatter(state, exception));
            console.Log(logLevel, eventId, exception is null ? text : $"{text}\n{PlainText.Of(exception)}", null, static (text, _) => text);
        }
    }
}
