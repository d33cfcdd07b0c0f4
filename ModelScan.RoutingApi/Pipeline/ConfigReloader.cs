using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// Puts a changed configuration in force. The file and the <c>.env</c> beside it are read once a second and compared, which sees every
/// way in which files change: edits, replacements, and the symbolic links by which Kubernetes swaps mounted configuration.
/// </summary>
public sealed partial class ConfigReloader(ConfigFile file, CurrentSnapshot current, TimeProvider time, ILogger<ConfigReloader> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _looking = new(1, 1);
    private (string Text, string Environment, string Keys)? _read;
    private string _seen = current.Value.Loaded.Hash;
    private string? _inForce;

    /// <summary>Why the file as it is now was refused; <see langword="null"/> when it is in force.</summary>
    public InvalidConfigException? Refused { get; private set; }

    /// <summary>Whether the file of keys as it is now is in force: it may be where the configuration that names it is refused.</summary>
    public bool KeysAreInForce { get; private set; } = true;

    /// <summary>Looks now, as after a change that was made here: when this is over it is in force, or refused.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (file.Path is null)
            return;
        await _looking.WaitAsync(cancellationToken);
        try
        {
            // What cannot be read now is looked at anew when it can, whatever it was before.
            var before = _read;
            _read = null;
            var now = (Text: file.ReadText(), Environment: file.ReadEnvironment(), Keys: ConfigFile.ReadKeys(current.Value.Config));
            _read = now;
            if (now == before)
                return;
            KeysAreInForce = false;
            var loaded = file.Parse(now.Text);
            Refused = null;
            await PutInForceAsync(loaded, now.Text, cancellationToken);
        }
        catch (InvalidConfigException exception)
        {
            // The same refusal is told once, not every second.
            if (Refused?.Message != exception.Message)
                Log.Refused(logger, exception.Message);
            Refused = exception;
            KeysAreInForce = false;
            await FollowKeysAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever a file can bring about that nobody thought of: what runs goes on.
            if (Refused?.InnerException?.Message != exception.Message)
                Log.Failed(logger, exception);
            Refused = new InvalidConfigException($"{file.Source}: cannot be put in force", exception);
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _looking.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (file.Path is not null && await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    private async Task PutInForceAsync(LoadedConfig loaded, string text, CancellationToken cancellationToken)
    {
        if (loaded.Hash != _seen)
        {
            await current.ReplaceAsync(loaded, cancellationToken);
            _seen = loaded.Hash;
        }

        (_inForce, KeysAreInForce) = (text, true);
    }

    // A key that is revoked must not stay open because of a mistake elsewhere.
    private async Task FollowKeysAsync(CancellationToken cancellationToken)
    {
        if (_inForce is not { } text || current.Value.Config.Governance.KeysFile is null)
            return;
        try
        {
            await PutInForceAsync(file.Parse(text), text, cancellationToken);
        }
        catch (InvalidConfigException)
        {
            // The file of keys is part of what is wrong.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Changed configuration refused, the one in force stays: {Errors}")]
        public static partial void Refused(ILogger logger, string errors);

        [LoggerMessage(Level = LogLevel.Error, Message = "Changed configuration cannot be put in force, the one in force stays")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
