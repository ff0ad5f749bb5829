// SPDX-License-Identifier: MIT
/// The host's I/O ports: a test puts a model of its device behind them.
#pragma once
#include <stdint.h>

/// A device on the ports `first` to `last`; `port` counts from `first`. Put it first in a
/// structure that has the device's state.
struct port_model {
    uint16_t first;
    uint16_t last;
    uint8_t (*read)(struct port_model *model, uint16_t port);
    void (*write)(struct port_model *model, uint16_t port, uint8_t value);
};

/// From now on `model`, and nothing else, is behind the ports; null: nothing. It is borrowed.
void port_model_use(struct port_model *model);
