using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>What a resource writes: shown with its name in front, and the last lines kept to explain a crash.</summary>
internal sealed class ResourceOutput(string resource, bool show, ILogger logger)
{
    private const int KeptLines = 20;
    private static readonly Lock Writing = new();
    private readonly Queue<string> _lastLines = new(KeptLines);

    /// <summary>The last lines, oldest first.</summary>
    public string Tail
    {
        get
        {
            lock (_lastLines)
            {
                return string.Join(Environment.NewLine, _lastLines);
            }
        }
    }

    /// <summary>The last line that says anything.</summary>
    public string LastLine
    {
        get
        {
            lock (_lastLines)
            {
                return _lastLines.LastOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "it said nothing";
            }
        }
    }

    public void Write(string line)
    {
        lock (_lastLines)
        {
            if (_lastLines.Count == KeptLines)
            {
                _lastLines.Dequeue();
            }

            _lastLines.Enqueue(line);
        }

        if (show)
        {
            lock (Writing)
            {
                Console.Out.WriteLine($"[{resource}] {line}");
            }
        }
        else
        {
            logger.LogDebug("{Line}", line);
        }
    }
}
